using Corten.Storage.Content;
using Corten.Storage.Garbage;
using Corten.Storage.Layers;
using Corten.Storage.Metadata;
using Corten.Storage.Snapshots;

namespace Corten.Storage;

/// <summary>Everything that is kept under one data root, put together. Owns the database.</summary>
public sealed class Stores : IDisposable
{
    private Stores(string dataRoot)
    {
        Root = new DataRoot(dataRoot);
        Database = Database.Open(Root.Database);
        try
        {
            InUse = new InUse();
            Content = new ContentStore(Root, Database, InUse);
            Layers = new LayerStore(Root, Database, InUse, Content);
            Snapshots = new SnapshotStore(Root, Database, Layers);
            Garbage = new GarbageCollector(Root, Content, Layers, Snapshots, InUse);
        }
        catch
        {
            Database.Dispose();
            throw;
        }
    }

    public DataRoot Root { get; }

    public Database Database { get; }

    public InUse InUse { get; }

    public ContentStore Content { get; }

    public LayerStore Layers { get; }

    public SnapshotStore Snapshots { get; }

    public GarbageCollector Garbage { get; }

    /// <summary>Opens or makes a data root. Call <see cref="GarbageCollector.SweepAtStart"/> before anyone uses it.</summary>
    public static Stores Open(string dataRoot) => new(dataRoot);

    /// <summary>What the data root takes up on disk. Walks it.</summary>
    public StorageUsage Usage() => StorageUsage.Of(Root);

    public void Dispose()
    {
        Layers.Dispose();
        Database.Dispose();
    }
}
