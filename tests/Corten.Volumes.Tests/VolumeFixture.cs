using Corten.EngineApi.Events;
using Corten.EngineApi.Volumes;
using Corten.Storage.Metadata;

namespace Corten.Volumes.Tests;

/// <summary>Volumes in a folder of their own. <see cref="Restart"/> stands for a daemon that was killed and started again.</summary>
internal sealed class VolumeFixture : IDisposable
{
    private readonly string _folder;
    private Database _database;

    /// <param name="parent">Where the folder is made; null for the usual place.</param>
    public VolumeFixture(string? parent = null)
    {
        _folder = parent is null ? Directory.CreateTempSubdirectory("corten-volumes-tests-").FullName : Directory.CreateDirectory(Path.Combine(parent, "corten")).FullName;
        _database = Database.Open(Path.Combine(_folder, "db"));
        Volumes = Open();
    }

    public string Root => Path.Combine(_folder, "volumes");

    public string Plugins => Path.Combine(_folder, "plugins");

    public EventLog Events { get; } = new();

    public VolumeService Volumes { get; private set; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string Data(string volume) => Path.Combine(Root, volume, "_data");

    public Task<Volume> CreateAsync(string name, Dictionary<string, string>? labels = null, Dictionary<string, string>? options = null, string? driver = null) =>
        Volumes.CreateAsync(new CreateOptions { Name = name, Labels = labels, DriverOpts = options, Driver = driver }, Cancellation);

    public async Task RestartAsync(params string[] liveContainers)
    {
        Volumes.Dispose();
        _database.Dispose();
        _database = Database.Open(Path.Combine(_folder, "db"));
        Volumes = Open();
        await Volumes.RestoreAsync(liveContainers.ToHashSet(), Cancellation);
    }

    public void Dispose()
    {
        Volumes.Dispose();
        _database.Dispose();
        Storage.Archive.TreeRemover.Remove(_folder);
    }

    private VolumeService Open() => new(
        _database,
        new VolumeSettings { Root = Root, PartsRoot = Path.Combine(_folder, "parts"), PluginFolders = [Plugins] },
        Events);
}
