using Corten.Distribution;
using Corten.EngineApi.Events;
using Corten.Images.Progress;
using Corten.Oci.Image;
using Corten.Storage;
using Corten.Storage.Content;
using Corten.Storage.Garbage;
using Corten.Storage.Layers;
using Corten.Storage.Metadata;
using Corten.Storage.Snapshots;

namespace Corten.Images.Tests;

/// <summary>A data root of its own with everything that images need, removed at the end.</summary>
internal sealed class ImageFixture : IAsyncDisposable
{
    private readonly Database _database;

    public ImageFixture(RegistrySettings? registries = null, string? root = null)
    {
        Root = new DataRoot(root ?? Path.Combine(Path.GetTempPath(), "corten-images-" + Guid.NewGuid().ToString("n")));
        _database = Database.Open(Root.Database);
        var inUse = new InUse();
        Content = new ContentStore(Root, _database, inUse);
        Layers = new LayerStore(Root, _database, inUse);
        Snapshots = new SnapshotStore(Root, _database, Layers);
        Registries = new Registries(registries ?? new RegistrySettings { RetryDelay = TimeSpan.FromMilliseconds(20) });
        Store = new ImageStore(
            _database, Content, Layers, inUse, new GarbageCollector(Root, Content, Layers, Snapshots, inUse), Registries, Events, Users);
        Images = new ImageService(Store);
    }

    public DataRoot Root { get; }

    public ContentStore Content { get; }

    public LayerStore Layers { get; }

    public SnapshotStore Snapshots { get; }

    public Registries Registries { get; }

    public EventLog Events { get; } = new();

    public FakeUsers Users { get; } = new();

    public ImageStore Store { get; }

    public ImageService Images { get; }

    /// <summary>A report that nobody reads.</summary>
    public static ProgressReport Silence() => new(static _ => { });

    public async Task<Digest> ImportAsync(byte[] tar, string? name = null, params string[] changes)
    {
        await using var report = Silence();
        return await Images.Import.ImportAsync(
            new MemoryStream(tar), new ImportOptions { Name = name is null ? null : ImageReference.Parse(name).WithDefaultTag(), Changes = changes }, report, default);
    }

    public async Task<IReadOnlyList<Image>> LoadAsync(byte[] archive, Platform? platform = null)
    {
        await using var report = Silence();
        return await Images.Load.LoadAsync(new MemoryStream(archive), platform, quiet: true, report, default);
    }

    public Task PushAsync(string name, Platform? platform = null) => ReportAsync(report =>
        Images.Push.PushAsync(new Push.PushRequest { Name = ImageReference.Parse(name), Platform = platform }, report, default));

    public Task PullAsync(string name, Platform? platform = null, CancellationToken cancellationToken = default) => ReportAsync(report =>
        Images.Pull.PullAsync(Pull.PullRequest.For(name, "", platform, Distribution.Authentication.RegistryCredentials.Anonymous), report, cancellationToken));

    /// <summary>What the operation reported, one JSON line each.</summary>
    public string Reported { get; private set; } = "";

    private async Task ReportAsync(Func<ProgressReport, Task> operation)
    {
        var lines = new MemoryStream();
        using var writer = new EngineApi.Streams.ProgressWriter(lines);
        await using var report = new ProgressReport(writer);
        try
        {
            await operation(report);
        }
        finally
        {
            await report.FinishAsync();
            Reported = System.Text.Encoding.UTF8.GetString(lines.ToArray());
        }
    }

    /// <summary>Neither blobs nor layers are left, on disk or on record.</summary>
    public void AssertEmpty()
    {
        Assert.Empty(Content.List());
        Assert.Empty(Layers.List());
        Assert.Empty(Store.Catalog.List());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Root.Content, "blobs"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Root.Content, "ingest")));
        // Files of removed layers go in the background.
        Layers.WhenRemovedAsync().Wait();
        Assert.Equal(["0"], Directory.EnumerateFileSystemEntries(Root.Layers).Select(Path.GetFileName));
    }

    /// <summary>Ends this engine as if it were killed: the files stay for the next one.</summary>
    public ValueTask LeaveAsync()
    {
        Registries.Dispose();
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        Directory.Delete(Root.Path, recursive: true);
    }
}

/// <summary>Containers that only exist as uses of images.</summary>
internal sealed class FakeUsers : IImageUsers
{
    public List<ImageUse> Uses { get; } = [];

    public IReadOnlyList<ImageUse> ListUses() => Uses;
}
