using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Archive;
using Corten.Storage.Content;
using Corten.Storage.Garbage;
using Corten.Storage.Metadata;
using Corten.Storage.Mounts;
using Corten.Supervision.Launcher;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Layers;

/// <summary>
/// Unpacked layers by ChainId, each a folder that overlays stack. A layer counts when its row is there; its files are complete and synced
/// before. Two rows may share a folder (<see cref="AddAlias"/>).
/// </summary>
public sealed partial class LayerStore : IDisposable
{
    private const string Columns = "key, parent, diff_id, folder, size, created";

    /// <summary>SQLITE_CONSTRAINT.</summary>
    private const int ConstraintViolated = 19;

    private readonly DataRoot _root;
    private readonly Database _database;
    private readonly InUse _inUse;
    private readonly ContentStore? _content;
    private readonly LayerFolders _folders;
    private readonly LayerSync _sync;
    private readonly KeyedLock<Digest> _committing = new();

    /// <param name="content">Where layers' archives may be kept: then a layer that a power cut spoiled can be made again, and nobody has to
    /// wait for the disk. Null when there is no such place.</param>
    public LayerStore(DataRoot root, Database database, InUse inUse, ContentStore? content = null)
    {
        _root = root;
        _database = database;
        _inUse = inUse;
        database.Apply(Schema);
        _content = content;
        _content?.ArchiveLayer = WriteArchive;
        _folders = new LayerFolders(root, database);
        _sync = new LayerSync(root, database);
        _folders.MakeEmpty();
    }

    public static SchemaPart Schema { get; } = new("layers",
        """
        CREATE TABLE layer_folders (id INTEGER PRIMARY KEY AUTOINCREMENT, created INTEGER NOT NULL, disk INTEGER);
        CREATE TABLE layers (
            key TEXT PRIMARY KEY, parent TEXT REFERENCES layers (key), diff_id TEXT, folder INTEGER NOT NULL REFERENCES layer_folders (id),
            size INTEGER NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX layers_by_parent ON layers (parent);
        CREATE INDEX layers_by_folder ON layers (folder);
        """,
        """
        ALTER TABLE layers ADD COLUMN blob TEXT;
        ALTER TABLE layers ADD COLUMN unsynced TEXT;
        """);

    public Layer? TryGet(Digest key)
    {
        _inUse.Touch(key);
        return _database.Read(db => Find(db, key));
    }

    public bool Exists(Digest key) => TryGet(key) is not null;

    /// <exception cref="CortenException">NotFound.</exception>
    public Layer Get(Digest key) => TryGet(key) ?? throw CortenException.NotFound($"layer {key}: not found");

    public IReadOnlyList<Layer> List() => _database.Read(db => db.Query($"SELECT {Columns} FROM layers ORDER BY created", Read));

    /// <summary>The layer and all below it, topmost first.</summary>
    /// <exception cref="CortenException">NotFound.</exception>
    public IReadOnlyList<Layer> Chain(Digest key)
    {
        var chain = new List<Layer>();
        _database.Read(db =>
        {
            for (var next = key; !next.IsEmpty;)
            {
                _inUse.Touch(next);
                var layer = Find(db, next) ?? throw CortenException.NotFound($"layer {next}: not found");
                chain.Add(layer);
                next = layer.Parent;
            }

            return 0;
        });
        return chain;
    }

    /// <summary>An overlay's lower folders for a chain, topmost first; an empty folder for the empty chain.</summary>
    public IReadOnlyList<string> LowerDirectories(Digest key) =>
        key.IsEmpty ? [_folders.PathOf(LayerFolders.Empty)] : [.. Chain(key).Select(PathOf)];

    public string PathOf(Layer layer) => _folders.PathOf(layer.Directory);

    /// <summary>
    /// Unpacks one layer beside the others, with its digests. Compression is told by its first bytes. What the parent contributes is settled
    /// in <see cref="CommitAsync"/>.
    /// </summary>
    /// <param name="source">The layer's archive, compressed or not.</param>
    /// <param name="archive">The digest of <paramref name="source"/> where the caller makes sure of it; empty to have it computed.</param>
    /// <param name="limits">Null for the usual ones.</param>
    /// <param name="cancel">Stops it; nothing is left behind.</param>
    /// <exception cref="CortenException">InvalidArgument: damaged, hostile or beyond a bound. Nothing is left behind.</exception>
    public async Task<UnpackedLayer> UnpackAsync(Stream source, Digest archive = default, UnpackLimits? limits = null, CancellationToken cancel = default)
    {
        var unpacked = new UnpackedLayer(this, _folders.Make()) { BlobDigest = archive };
        try
        {
            using var folder = FileAt.Open(_folders.PathOf(unpacked.Directory), OpenFlags.ReadOnly | OpenFlags.Directory);
            var options = new ExtractOptions { Whiteouts = Whiteouts.Overlay, Limits = limits ?? UnpackLimits.Default };
            await LayerPipeline.RunAsync(source, folder, unpacked, options, cancel);
            return unpacked;
        }
        catch
        {
            unpacked.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Puts an unpacked layer on top of a chain: implied folders take the attributes that they have below, and the row is written. The files
    /// are synced before, or, if the archive is in the content store by now, soon after. If the chain has that layer already, the new copy
    /// is thrown away.
    /// </summary>
    /// <param name="parent">Key of the layer below; empty at the bottom.</param>
    public async Task<Layer> CommitAsync(UnpackedLayer unpacked, Digest parent, CancellationToken cancel = default)
    {
        var key = ChainId.Append(parent, unpacked.DiffId);
        using var turn = await _committing.AcquireAsync(key, cancel);
        if (TryGet(key) is { } known)
        {
            unpacked.Dispose();
            return known;
        }

        var path = _folders.PathOf(unpacked.Directory);
        await DiskWait.Run(() =>
        {
            new LayerJoin(path, parent.IsEmpty ? [] : LowerDirectories(parent)).Settle(unpacked);
            if (!IsKept(unpacked.BlobDigest))
            {
                Sync(path);
            }
        });
        var layer = Insert(new Layer(key, parent, unpacked.DiffId, unpacked.Directory, unpacked.Size, DateTime.UtcNow), unpacked.BlobDigest);
        unpacked.Settle();
        return layer;
    }

    /// <summary>Unpacks a layer and puts it on top of a chain.</summary>
    /// <param name="parent">Key of the layer below; empty at the bottom.</param>
    /// <param name="source">The layer's archive, compressed or not.</param>
    /// <param name="expected">The diff-id that the image's configuration names; empty to accept what comes.</param>
    /// <param name="archive">The digest of <paramref name="source"/> where the caller makes sure of it; empty to have it computed.</param>
    /// <param name="limits">Null for the usual ones.</param>
    /// <param name="cancel">Stops it; nothing is left behind.</param>
    /// <exception cref="CortenException">InvalidArgument: also when the diff-id is another.</exception>
    public async Task<Layer> ApplyAsync(
        Digest parent, Stream source, Digest expected = default, Digest archive = default, UnpackLimits? limits = null, CancellationToken cancel = default)
    {
        using var unpacked = await UnpackAsync(source, archive, limits, cancel);
        if (!expected.IsEmpty && unpacked.DiffId != expected)
        {
            throw CortenException.Invalid($"wrong diff id calculated on extraction: expected {expected}, got {unpacked.DiffId}");
        }

        return await CommitAsync(unpacked, parent, cancel);
    }

    /// <summary>
    /// Makes a layer by writing into the merged tree of a chain: what <paramref name="write"/> does to the root folder it is given becomes the
    /// layer. If the key exists already, nothing is done. Nobody waits for the disk: a power cut may take it, and then it is made again.
    /// </summary>
    public async Task<Layer> BuildAsync(Digest key, Digest parent, Action<SafeFileHandle> write, CancellationToken cancel = default)
    {
        using var turn = await _committing.AcquireAsync(key, cancel);
        if (TryGet(key) is { } known)
        {
            return known;
        }

        var lower = LowerDirectories(parent);
        var folder = _folders.Make();
        var work = Path.Combine(_root.Temporary, Guid.NewGuid().ToString("n"));
        try
        {
            var size = await Task.Run(() =>
            {
                Directory.CreateDirectory(work);
                var path = _folders.PathOf(folder);
                new LayerJoin(path, lower).SettleRoot();
                using (var mount = DetachedMount.Open(new OverlayRootfs { Lower = lower, Upper = path, Work = work }))
                {
                    write(mount.Root);
                }

                return TreeUsage.Of(path).Size;
            }, cancel);
            return Insert(new Layer(key, parent, default, folder, size, DateTime.UtcNow), default, canBeMadeAgain: true);
        }
        catch
        {
            Discard(folder);
            throw;
        }
        finally
        {
            TreeRemover.Remove(work);
        }
    }

    /// <summary>
    /// Takes the upper folder of an overlay over as a layer: it is renamed into place, so it must be on the data root's file system and in no
    /// mount any more. If the key exists already, the folder stays where it is.
    /// </summary>
    /// <param name="diffId">Its diff-id, where it is known; if the content store has that archive, nobody waits for the disk.</param>
    /// <param name="fewFiles">They are brought to the disk one by one, and nothing else of the file system with them.</param>
    /// <param name="cancel">Stops before it begins.</param>
    public async Task<Layer> AdoptAsync(Digest key, Digest parent, string upper, Digest diffId = default, bool fewFiles = false, CancellationToken cancel = default)
    {
        using var turn = await _committing.AcquireAsync(key, cancel);
        if (TryGet(key) is { } known)
        {
            return known;
        }

        var folder = _folders.Make();
        var path = _folders.PathOf(folder);
        try
        {
            var size = await DiskWait.Run(() =>
            {
                Directory.Delete(path);
                Directory.Move(upper, path);
                if (fewFiles)
                {
                    TreeSync.Of(path);
                }
                else if (!IsKept(diffId))
                {
                    Sync(path);
                }

                return TreeUsage.Of(path).Size;
            });
            return Insert(new Layer(key, parent, diffId, folder, size, DateTime.UtcNow), fewFiles ? default : diffId);
        }
        catch
        {
            Discard(folder);
            throw;
        }
    }

    /// <summary>Makes a second name for a layer: the ChainId of what was built under another key, once its diff-id is known.</summary>
    public Layer AddAlias(Digest key, Digest existing, Digest parent, Digest diffId)
    {
        var layer = Get(existing);
        return TryGet(key) ?? Insert(layer with { Key = key, Parent = parent, DiffId = diffId, Created = DateTime.UtcNow }, diffId);
    }

    /// <summary>Records a layer's diff-id, once it was computed.</summary>
    public void SetDiffId(Digest key, Digest diffId) =>
        _database.Write(Durability.Relaxed, db => db.Execute("UPDATE layers SET diff_id = ?2 WHERE key = ?1", key, diffId));

    /// <summary>Removes a layer; its folder goes with its last name. False when there was none.</summary>
    /// <exception cref="CortenException">Conflict: a layer or a container above needs it.</exception>
    public bool Remove(Digest key) => TryRemove(key)
        || (Exists(key) ? throw CortenException.Conflict($"layer {key} is in use by what stands on it") : false);

    /// <summary>As <see cref="Remove"/>, but a layer that is needed just stays.</summary>
    internal bool TryRemove(Digest key)
    {
        long? unused;
        try
        {
            unused = _database.Write(Durability.Full, db =>
            {
                if (Find(db, key) is not { } layer)
                {
                    return (long?)null;
                }

                db.Execute("DELETE FROM layers WHERE key = ?1", key);
                return db.Any("SELECT 1 FROM layers WHERE folder = ?1", layer.Directory) ? LayerFolders.Empty : layer.Directory;
            });
        }
        catch (SqliteException e) when (e.SqliteErrorCode == ConstraintViolated)
        {
            // Layers above and snapshots refer to the layers they stand on.
            return false;
        }

        if (unused is > LayerFolders.Empty)
        {
            _folders.RemoveLater(unused.Value);
        }

        return unused is not null;
    }

    /// <summary>Bytes on disk of all layers, as du counts them: a shared folder once, and a file that several layers have under a name of theirs once.</summary>
    /// <param name="except">Layers that somebody else counts.</param>
    /// <param name="counted">Files of several names, by device and inode, that somebody else counts.</param>
    public long TotalDiskUsage(IReadOnlySet<Digest>? except = null, IEnumerable<(ulong Device, ulong Inode)>? counted = null)
    {
        HashSet<(ulong, ulong)> once = [.. counted ?? []];
        return List().Where(layer => except?.Contains(layer.Key) != true).DistinctBy(layer => layer.Directory).Sum(layer => DiskUsage(layer, once));
    }

    /// <summary>At start: see <see cref="LayerFolders.Sweep"/>. Layers whose folder is missing go, with all above them.</summary>
    public void Sweep()
    {
        foreach (var layer in List().Where(layer => !Directory.Exists(PathOf(layer))))
        {
            DropWithAbove(layer.Key);
        }

        _folders.Sweep();
        _sync.Request();
    }

    /// <summary>Until it is disposed of, layers are not brought to the disk behind their makers' backs: that would slow their makers down.</summary>
    public IDisposable HoldSync() => _sync.Hold();

    /// <summary>Ends once the files of layers that were removed are gone.</summary>
    public Task WhenRemovedAsync() => _folders.WhenRemovedAsync();

    public void Dispose()
    {
        _folders.Close();
        _sync.Dispose();
    }

    /// <summary>Until it is disposed of, no layer that is looked up is collected.</summary>
    internal IDisposable Hold() => _inUse.Hold();

    internal void Discard(long folder) => _folders.Remove(folder);

    /// <summary>Bytes on disk of one layer, with what it shares; computed once where it shares nothing.</summary>
    internal long DiskUsage(Layer layer, HashSet<(ulong, ulong)> counted)
    {
        var known = _database.Read(db => db.FirstValue(
            "SELECT disk FROM layer_folders WHERE id = ?1", static row => row.Int64OrNull(0) ?? -1, layer.Directory)) ?? -1;
        if (known >= 0)
        {
            return known;
        }

        var usage = TreeUsage.Of(PathOf(layer), counted: counted);
        if (!usage.HasLinks)
        {
            _database.Write(Durability.Relaxed, db => db.Execute("UPDATE layer_folders SET disk = ?2 WHERE id = ?1", layer.Directory, usage.Bytes));
        }

        return usage.Bytes;
    }

    private static Layer? Find(Reading db, Digest key) => db.First($"SELECT {Columns} FROM layers WHERE key = ?1", Read, key);

    private static Layer Read(Row row) => new(
        Digest.Parse(row.Text(0)), DigestOrEmpty(row.TextOrNull(1)), DigestOrEmpty(row.TextOrNull(2)), row.Int64(3), row.Int64(4), row.Time(5));

    private static Digest DigestOrEmpty(string? text) => text is null ? default : Digest.Parse(text);

    private bool IsKept(Digest blob) => !blob.IsEmpty && _content?.HasFile(blob) == true;

    private static void Sync(string path)
    {
        using var folder = FileAt.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
        OpenFile.SyncFileSystem(folder);
    }

    /// <summary>Nobody waits for the row: whoever tells a user of the layer commits that to the disk, and this row with it.</summary>
    /// <param name="layer">What is recorded.</param>
    /// <param name="blob">The archive that the layer can be made from again, if it is kept; then its files need not be on the disk yet.</param>
    /// <param name="canBeMadeAgain">Without an archive.</param>
    private Layer Insert(Layer layer, Digest blob, bool canBeMadeAgain = false)
    {
        _inUse.Touch(layer.Key);
        var kept = IsKept(blob);
        _database.Write(Durability.Relaxed, db => db.Execute(
            $"INSERT INTO layers ({Columns}, blob, unsynced) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            layer.Key, OrNull(layer.Parent), OrNull(layer.DiffId), layer.Directory, layer.Size, layer.Created,
            kept ? blob : null, kept || canBeMadeAgain ? LayerSync.BootId : null));
        if (kept || canBeMadeAgain)
        {
            _sync.Request();
        }

        return layer;
    }

    private static string? OrNull(Digest digest) => digest.IsEmpty ? null : digest.ToString();
}
