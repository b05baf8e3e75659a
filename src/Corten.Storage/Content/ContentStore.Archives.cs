using Corten.Oci.Image;
using Corten.Storage.Metadata;

namespace Corten.Storage.Content;

/// <summary>Archives of layers that are not written before somebody wants to read them: most images that are built are never pushed or saved.</summary>
public sealed partial class ContentStore
{
    /// <summary>Writes the archive of a layer, given by its key; set once, by whoever keeps the layers.</summary>
    internal Action<Digest, Stream>? ArchiveLayer { get; set; }

    /// <summary>
    /// Records the archive of a layer without writing it. The layer's files must be on the disk and stay as they are: the collector spares a layer
    /// that an archive is to be made from. Nothing happens when the blob is there. As with other blobs, the row reaches the disk with what is told of it.
    /// </summary>
    /// <param name="digest">Of the archive that the layer gives.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="layer">The layer's key.</param>
    public void AdmitArchive(Digest digest, long size, Digest layer)
    {
        InUse.Touch(digest);
        _database.Write(Durability.Relaxed, db => db.Execute(
            "INSERT OR IGNORE INTO blobs (digest, size, created, layer) VALUES (?1, ?2, ?3, ?4)", digest, size, DateTime.UtcNow, layer));
    }

    /// <summary>At start: archives whose layer is gone can't be made any more.</summary>
    internal void DropArchivesOf(Func<Digest, bool> isGone)
    {
        foreach (var blob in List().Where(blob => !blob.HasFile && isGone(blob.Layer)))
        {
            Delete(blob.Digest);
        }
    }

    private async Task WriteArchiveAsync(ContentInfo archive)
    {
        await using var writer = await BeginAsync("archive-" + archive.Digest);
        if (HasFile(archive.Digest))
        {
            return;
        }

        writer.Restart();
        await DiskWait.Run(() => ArchiveLayer!(archive.Layer, writer));
        await writer.CommitAsync(archive.Digest, archive.Size);
    }
}
