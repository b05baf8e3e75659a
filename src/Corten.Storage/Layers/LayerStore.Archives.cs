using Corten.Linux.Files;
using Corten.Oci.Image;
using Corten.Storage.Archive;
using Corten.Storage.Metadata;
using Corten.Storage.Mounts;
using Corten.Storage.Tar;
using Corten.Supervision.Launcher;

namespace Corten.Storage.Layers;

/// <summary>Layers as archives: the same layer on the same chain gives the same bytes whenever it is asked for.</summary>
public sealed partial class LayerStore
{
    /// <summary>Writes the archive of a folder in overlay form.</summary>
    /// <param name="upper">The layer's folder.</param>
    /// <param name="lower">What it stands on, topmost first; at least one folder.</param>
    /// <param name="target">Where the archive goes.</param>
    /// <param name="adjust">Changes entries before they are written; null to leave them.</param>
    /// <param name="cancel">Stops between two files.</param>
    internal static void WriteArchive(string upper, IReadOnlyList<string> lower, Stream target, Action<TarEntry>? adjust, CancellationToken cancel)
    {
        using var folder = FileAt.Open(upper, OpenFlags.ReadOnly | OpenFlags.Directory);
        using var below = DetachedMount.Open(new OverlayRootfs { Lower = lower });
        var writer = new TarWriter(target);
        using var archiver = new TreeArchiver(writer, new ArchiveOptions { Whiteouts = Whiteouts.Overlay, Adjust = adjust }, cancel);
        archiver.AddLayer(folder, below.Root);
        writer.Finish();
    }

    /// <summary>Waits until a layer's files are on the disk, by themselves, whatever its archive.</summary>
    public async Task SyncAsync(Digest key)
    {
        var layer = Get(key);
        await DiskWait.Run(() => TreeSync.Of(PathOf(layer)));
        _database.Write(Durability.Relaxed, db => db.Execute("UPDATE layers SET unsynced = NULL WHERE folder = ?1 AND unsynced IS NOT NULL", layer.Directory));
    }

    private void WriteArchive(Digest key, Stream target)
    {
        using var hold = Hold();
        var layer = Get(key);
        WriteArchive(PathOf(layer), LowerDirectories(layer.Parent), target, null, CancellationToken.None);
    }
}
