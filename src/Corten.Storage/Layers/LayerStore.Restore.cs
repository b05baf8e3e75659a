using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Metadata;
using Microsoft.Data.Sqlite;

namespace Corten.Storage.Layers;

/// <summary>What is done after the power failed while layers were on their way to the disk.</summary>
public sealed partial class LayerStore
{
    /// <summary>Layers whose files may not have reached the disk before the machine went down, each after the one it stands on.</summary>
    public IReadOnlyList<Layer> Suspects()
    {
        var suspects = _database.Read(db => db.Query(
            $"SELECT {Columns} FROM layers WHERE unsynced IS NOT NULL AND unsynced <> ?1", Read, LayerSync.BootId));
        return [.. suspects.OrderBy(layer => Chain(layer.Key).Count)];
    }

    /// <summary>
    /// Makes a suspect again from its archive, in a new folder that takes the old one's place under all of its names. False when the archive
    /// is not kept, or spoiled too.
    /// </summary>
    public async Task<bool> RestoreAsync(Layer suspect, CancellationToken cancel = default)
    {
        var blob = _database.Read(db => db.First("SELECT blob FROM layers WHERE key = ?1 AND blob IS NOT NULL", static row => row.Text(0), suspect.Key));
        if (blob is null || !IsKept(Digest.Parse(blob)))
        {
            return false;
        }

        try
        {
            await using var source = _content!.OpenVerified(Digest.Parse(blob));
            using var unpacked = await UnpackAsync(source, cancel: cancel);
            if (unpacked.DiffId != suspect.DiffId)
            {
                return false;
            }

            var path = _folders.PathOf(unpacked.Directory);
            new LayerJoin(path, suspect.Parent.IsEmpty ? [] : LowerDirectories(suspect.Parent)).Settle(unpacked);
            Sync(path);
            Replace(suspect.Directory, unpacked.Directory);
            unpacked.Settle();
            return true;
        }
        catch (CortenException e) when (e.Kind is ErrorKind.InvalidArgument or ErrorKind.NotFound)
        {
            return false;
        }
    }

    /// <summary>Makes a suspect again as <see cref="BuildAsync"/> made it.</summary>
    public async Task RebuildAsync(Layer suspect, Action<Microsoft.Win32.SafeHandles.SafeFileHandle> write, CancellationToken cancel = default)
    {
        var key = Digest.Of(System.Text.Encoding.ASCII.GetBytes($"rebuilt {suspect.Key}"));
        var again = await BuildAsync(key, suspect.Parent, write, cancel);
        Sync(PathOf(again));
        _database.Write(Durability.Full, db => db.Execute("DELETE FROM layers WHERE key = ?1", key));
        Replace(suspect.Directory, again.Directory);
    }

    /// <summary>Gives a suspect up, with all that stands on it. What a container stands on stays: its own files are worth more than a doubt.</summary>
    public void GiveUp(Layer suspect)
    {
        try
        {
            DropWithAbove(suspect.Key);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == ConstraintViolated)
        {
            _database.Write(Durability.Full, db => db.Execute("UPDATE layers SET unsynced = NULL WHERE key = ?1", suspect.Key));
        }
    }

    private void Replace(long old, long folder)
    {
        _database.Write(Durability.Full, db => db.Execute("UPDATE layers SET folder = ?2, unsynced = NULL WHERE folder = ?1", old, folder));
        _folders.Remove(old);
    }

    private void DropWithAbove(Digest key) => _database.Write(Durability.Full, db => db.Execute(
        """
        WITH RECURSIVE above (key) AS (VALUES (?1) UNION SELECT layers.key FROM layers JOIN above ON layers.parent = above.key)
        DELETE FROM layers WHERE key IN (SELECT key FROM above)
        """, key));
}
