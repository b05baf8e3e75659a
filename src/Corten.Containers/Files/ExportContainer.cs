using Corten.Containers.Model;
using Corten.Storage.Archive;
using Corten.Storage.Diff;

namespace Corten.Containers.Files;

/// <summary>All of a container's file system as one archive, without what is mounted into it.</summary>
public sealed class ExportContainer
{
    private readonly ContainerCore _core;

    internal ExportContainer(ContainerCore core) => _core = core;

    public Container Find(string idOrName) => _core.Registry.Find(idOrName);

    /// <param name="container"></param>
    /// <param name="target">Written synchronously.</param>
    /// <param name="cancellationToken"></param>
    public async Task RunAsync(Container container, Stream target, CancellationToken cancellationToken)
    {
        using var root = _core.Layers.Snapshots.OpenReadOnly(container.Id);
        using var layers = new LayeredFiles(root.Layers);
        await TreeArchive.WriteAsync(root.Root, default, target, new ArchiveOptions { Layers = layers }, cancellationToken);
        _core.Events.Publish(container, "export");
    }
}

/// <summary>What a container has changed of its image.</summary>
public sealed class ListChanges
{
    private readonly ContainerCore _core;

    internal ListChanges(ContainerCore core) => _core = core;

    /// <summary>Walks the container's layer, on a thread of its own.</summary>
    public Task<IReadOnlyList<Change>> RunAsync(string idOrName, CancellationToken cancellationToken)
    {
        var container = _core.Registry.Find(idOrName);
        return Task.Run(() => _core.Layers.Snapshots.Changes(container.Id, cancellationToken), cancellationToken);
    }
}
