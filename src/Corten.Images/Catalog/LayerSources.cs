using Corten.Oci.Image;
using Corten.Storage.Metadata;

namespace Corten.Images.Catalog;

/// <summary>
/// What is known of layers beyond their bytes: in which repositories a blob was seen, so that a push can mount it from there, and under
/// which digest a plain layer was compressed for pushing, so that the next push finds it again.
/// </summary>
public sealed class LayerSources(ImageCatalog catalog)
{
    private const int MaxSources = 10;

    private Database Database => catalog.Database;

    /// <summary>Notes that <paramref name="repository"/> (with its registry) has a blob.</summary>
    public void Seen(Digest blob, string repository) => Database.Write(Durability.Relaxed, db => db.Execute(
        "INSERT INTO blob_sources (digest, repository, seen) VALUES (?1, ?2, ?3) ON CONFLICT (digest, repository) DO UPDATE SET seen = ?3",
        blob, repository, DateTime.UtcNow));

    /// <summary>Repositories of <paramref name="registry"/> that had a blob, latest first, without their registry's name.</summary>
    public IReadOnlyList<string> PathsOf(Digest blob, string registry) => Database.Read(db => db.Query(
        "SELECT repository FROM blob_sources WHERE digest = ?1 ORDER BY seen DESC", static row => row.Text(0), blob))
        .Where(name => name.StartsWith(registry + "/", StringComparison.Ordinal)).Select(name => name[(registry.Length + 1)..]).Take(MaxSources).ToList();

    /// <summary>The compressed form of a layer whose own blob is plain; null if there is none yet.</summary>
    public Descriptor? PackedFormOf(Digest diffId) => Database.Read(db => db.First(
        "SELECT digest, media_type, size FROM packed_layers WHERE diff_id = ?1",
        static row => new Descriptor { Digest = Digest.Parse(row.Text(0)), MediaType = row.Text(1), Size = row.Int64(2) }, diffId));

    public void SetPackedForm(Digest diffId, Descriptor packed) => Database.Write(Durability.Full, db => db.Execute(
        "INSERT OR REPLACE INTO packed_layers (diff_id, digest, media_type, size) VALUES (?1, ?2, ?3, ?4)",
        diffId, packed.Digest, packed.MediaType, packed.Size));

    /// <summary>Forgets blobs and layers that are gone.</summary>
    public void Forget(IEnumerable<Digest> digests) => Database.Write(Durability.Relaxed, db =>
    {
        foreach (var digest in digests)
        {
            db.Execute("DELETE FROM blob_sources WHERE digest = ?1", digest);
            db.Execute("DELETE FROM packed_layers WHERE diff_id = ?1 OR digest = ?1", digest);
        }
    });
}
