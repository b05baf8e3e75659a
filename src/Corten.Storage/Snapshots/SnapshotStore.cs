using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Archive;
using Corten.Storage.Diff;
using Corten.Storage.Layers;
using Corten.Storage.Metadata;
using Corten.Storage.Mounts;
using Corten.Supervision.Launcher;

namespace Corten.Storage.Snapshots;

/// <summary>
/// The writable layers of containers: <c>containers/ID/upper</c> and <c>work</c> on top of a chain of layers. Nothing is mounted here: a
/// container's overlay lives in its own mount namespace.
/// </summary>
public sealed class SnapshotStore
{
    private const string Columns = "id, layer, top, created";

    private readonly DataRoot _root;
    private readonly Database _database;
    private readonly LayerStore _layers;

    public SnapshotStore(DataRoot root, Database database, LayerStore layers)
    {
        _root = root;
        _database = database;
        _layers = layers;
        database.Apply(Schema);
    }

    public static SchemaPart Schema { get; } = new("snapshots",
        """
        CREATE TABLE snapshots (id TEXT PRIMARY KEY, layer TEXT, top TEXT REFERENCES layers (key), created INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX snapshots_by_top ON snapshots (top);
        """);

    /// <summary>Makes the writable layer of a container.</summary>
    /// <param name="id">The container's id: a plain file name.</param>
    /// <param name="layer">ChainId of the image's top layer; empty for an image without layers.</param>
    /// <param name="withMountPoints">Whether <c>/proc</c>, <c>/dev</c>, <c>/etc/hosts</c> and the like are there as Docker has them.</param>
    /// <exception cref="CortenException">NotFound: no such layer. Conflict: the id is taken.</exception>
    public async Task<Snapshot> CreateAsync(string id, Digest layer, bool withMountPoints = true, CancellationToken cancel = default)
    {
        if (id.Length == 0 || id is "." or ".." || id.AsSpan().ContainsAny('/', '\0'))
        {
            throw CortenException.Invalid($"invalid snapshot id \"{id}\"");
        }

        // Until the snapshot's row refers to it, nothing else keeps the layer of the mount points.
        using var hold = _layers.Hold();
        var top = withMountPoints ? (await InitLayer.EnsureAsync(_layers, layer, cancel)).Key : layer;
        var lower = _layers.LowerDirectories(top);
        var snapshot = new Snapshot(id, layer, top, DateTime.UtcNow);
        _database.Write(Durability.Relaxed, db =>
        {
            if (db.Execute($"INSERT OR IGNORE INTO snapshots ({Columns}) VALUES (?1, ?2, ?3, ?4)",
                id, OrNull(layer), OrNull(top), snapshot.Created) == 0)
            {
                throw CortenException.Conflict($"snapshot {id} already exists");
            }
        });
        try
        {
            Directory.CreateDirectory(UpperOf(id));
            Directory.CreateDirectory(WorkOf(id));
            // The overlay's root folder is the upper one: it must look like the image's.
            using var below = FileAt.Open(lower[0], OpenFlags.ReadOnly | OpenFlags.Directory);
            using var upper = FileAt.Open(UpperOf(id), OpenFlags.ReadOnly | OpenFlags.Directory);
            FileCopy.Attributes(below, upper);
            return snapshot;
        }
        catch
        {
            Remove(id);
            throw;
        }
    }

    public Snapshot? TryGet(string id) => _database.Read(db => db.First($"SELECT {Columns} FROM snapshots WHERE id = ?1", Read, id));

    /// <exception cref="CortenException">NotFound.</exception>
    public Snapshot Get(string id) => TryGet(id) ?? throw CortenException.NotFound($"snapshot {id}: not found");

    public IReadOnlyList<Snapshot> List() => _database.Read(db => db.Query($"SELECT {Columns} FROM snapshots ORDER BY id", Read));

    /// <summary>What to mount as the container's root file system.</summary>
    public OverlayRootfs Rootfs(string id)
    {
        var snapshot = Get(id);
        return new OverlayRootfs { Lower = _layers.LowerDirectories(snapshot.Top), Upper = UpperOf(id), Work = WorkOf(id) };
    }

    /// <summary>The merged tree of a container that does not run, readable and writable.</summary>
    public DetachedMount Open(string id) => DetachedMount.Open(Rootfs(id));

    /// <summary>The image's tree without the container's changes, to compare with.</summary>
    public DetachedMount OpenBelow(string id) =>
        DetachedMount.Open(new OverlayRootfs { Lower = _layers.LowerDirectories(Get(id).Top) });

    /// <summary>
    /// The merged tree for reading only, also while the container runs: a mount of its own over the same folders, which sees what is written
    /// until it is opened. What is mounted inside the container does not show in it.
    /// </summary>
    public DetachedMount OpenReadOnly(string id) =>
        DetachedMount.Open(new OverlayRootfs { Lower = [UpperOf(id), .. _layers.LowerDirectories(Get(id).Top)] });

    /// <summary>What the container has changed: <c>docker diff</c>.</summary>
    public IReadOnlyList<Change> Changes(string id, CancellationToken cancel = default)
    {
        using var below = OpenBelow(id);
        using var upper = FileAt.Open(UpperOf(id), OpenFlags.ReadOnly | OpenFlags.Directory);
        return OverlayDiff.Changes(upper, below.Root, cancel);
    }

    /// <summary>What the container has changed as a layer's archive, uncompressed; bytes of file data in it.</summary>
    public async Task<long> WriteLayerAsync(string id, Stream target, CancellationToken cancel = default)
    {
        using var below = OpenBelow(id);
        using var upper = FileAt.Open(UpperOf(id), OpenFlags.ReadOnly | OpenFlags.Directory);
        return await OverlayDiff.WriteLayerAsync(upper, below.Root, target, cancel);
    }

    public string UpperOf(string id) => Path.Combine(_root.Containers, id, "upper");

    public string WorkOf(string id) => Path.Combine(_root.Containers, id, "work");

    /// <summary>What the container has written. Walks its upper folder.</summary>
    public TreeUsage Usage(string id) => TreeUsage.Of(UpperOf(id));

    /// <summary>Bytes on disk of a container's upper and work folder.</summary>
    public long DiskUsage(string id) => TreeUsage.Of(UpperOf(id)).Bytes + TreeUsage.Of(WorkOf(id)).Bytes;

    /// <summary>Removes the writable layer: the folders first, then the row, so that an interruption is made good by the next call or start.</summary>
    public bool Remove(string id)
    {
        TreeRemover.Remove(UpperOf(id));
        TreeRemover.Remove(WorkOf(id));
        return _database.Write(Durability.Relaxed, db => db.Execute("DELETE FROM snapshots WHERE id = ?1", id)) > 0;
    }

    /// <summary>
    /// At start: snapshots whose container is gone, rows without a folder (being made or removed when the daemon ended), and folders without a row. What else
    /// stands beside them is its owner's.
    /// </summary>
    /// <param name="live">Ids of the containers that exist; null when nobody knows yet.</param>
    public void Sweep(IReadOnlySet<string>? live = null)
    {
        var known = List().Select(snapshot => snapshot.Id).ToHashSet();
        foreach (var id in known.Where(id => live?.Contains(id) == false || !Directory.Exists(UpperOf(id))).ToList())
        {
            Remove(id);
            known.Remove(id);
        }

        foreach (var folder in Directory.EnumerateDirectories(_root.Containers))
        {
            var id = Path.GetFileName(folder);
            if (!known.Contains(id))
            {
                TreeRemover.Remove(UpperOf(id));
                TreeRemover.Remove(WorkOf(id));
            }
        }
    }

    private static string? OrNull(Digest digest) => digest.IsEmpty ? null : digest.ToString();

    private static Digest Parsed(string? text) => text is null ? default : Digest.Parse(text);

    private static Snapshot Read(Row row) => new(row.Text(0), Parsed(row.TextOrNull(1)), Parsed(row.TextOrNull(2)), row.Time(3));
}
