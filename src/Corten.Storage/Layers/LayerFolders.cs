using System.Globalization;
using Corten.Linux.Files;
using Corten.Storage.Archive;
using Corten.Storage.Metadata;

namespace Corten.Storage.Layers;

/// <summary>
/// The numbered folders that layers are kept in. A number is on record before its folder is made, and is never used twice. Short names keep
/// long chains within mount(2)'s one page of options.
/// </summary>
internal sealed class LayerFolders(DataRoot root, Database database)
{
    /// <summary>Stands below an image that has no layer, since an overlay needs one.</summary>
    public const long Empty = 0;

    public string PathOf(long number) => Path.Combine(root.Layers, number.ToString(CultureInfo.InvariantCulture));

    public long Make()
    {
        var number = database.Write(Durability.Relaxed, db => db.Insert("INSERT INTO layer_folders (created) VALUES (?1)", DateTime.UtcNow));
        Make(number);
        return number;
    }

    private readonly Lock _queue = new();
    private Task _removals = Task.CompletedTask;
    private volatile bool _closing;

    /// <summary>
    /// Removes a folder that no layer uses. A large one takes long, and nobody has to wait for it: one after the other goes in the background. What fails or is
    /// interrupted is made good by <see cref="Sweep"/> at the next start.
    /// </summary>
    public void RemoveLater(long number)
    {
        lock (_queue)
        {
            _removals = _removals.ContinueWith(_ => RemoveUnlessClosing(number), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Ends once everything that was to be removed is.</summary>
    public Task WhenRemovedAsync()
    {
        lock (_queue)
        {
            return _removals.ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Waits for the removal that is under way; the others are left to the next start.</summary>
    public void Close()
    {
        _closing = true;
        WhenRemovedAsync().Wait();
    }

    private void RemoveUnlessClosing(long number)
    {
        if (!_closing)
        {
            Remove(number);
        }
    }

    /// <summary>Removes a folder that no layer uses, now: the files first, then the record, so that an interruption is noticed.</summary>
    public void Remove(long number)
    {
        TreeRemover.Remove(PathOf(number));
        database.Write(Durability.Relaxed, db => db.Execute("DELETE FROM layer_folders WHERE id = ?1", number));
    }

    /// <summary>At start: what no layer uses, on disk or on record, is what was being made or removed.</summary>
    public void Sweep()
    {
        var used = database.Read(db => db.Query("SELECT DISTINCT folder FROM layers", static row => row.Int64(0))).ToHashSet();
        used.Add(Empty);
        foreach (var path in Directory.EnumerateFileSystemEntries(root.Layers))
        {
            if (!long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !used.Contains(number))
            {
                TreeRemover.Remove(path);
            }
        }

        database.Write(Durability.Relaxed, db =>
            db.Execute("DELETE FROM layer_folders WHERE id NOT IN (SELECT folder FROM layers)"));
    }

    public void MakeEmpty()
    {
        if (!Directory.Exists(PathOf(Empty)))
        {
            Make(Empty);
        }
    }

    private void Make(long number)
    {
        var path = PathOf(number);
        Directory.CreateDirectory(path);
        // Whatever the umask: this is the root folder of a container until an entry says otherwise.
        using var parent = FileAt.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
        OpenFile.ChangeMode(parent, 0x1ED);
    }
}
