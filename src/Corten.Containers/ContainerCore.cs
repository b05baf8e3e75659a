using Corten.Containers.Images;
using Corten.Containers.Launching;
using Corten.Containers.Model;
using Corten.Containers.Rootfs;
using Corten.Linux.Cgroups;
using Corten.Linux.Events;
using Corten.Networks.Sandboxes;
using Corten.Storage.Metadata;
using Corten.Volumes;

namespace Corten.Containers;

/// <summary>What the verbs share: the containers, where they are kept, and the neighbours that a container is made of.</summary>
internal sealed class ContainerCore
{
    public ContainerCore()
    {
        CgroupMounts = CgroupMounts.Read();
        CgroupMoves = new CgroupMoveWarmUp(CgroupMounts);
    }

    public required ContainerSettings Settings { get; set; }

    public required ContainerRegistry Registry { get; init; }

    public required ContainerTable Table { get; init; }

    public required ContainerPaths Paths { get; init; }

    public required ContainerEvents Events { get; init; }

    public required Launcher Launcher { get; init; }

    public required EventLoop Loop { get; init; }

    public required ISandboxes Sandboxes { get; init; }

    public required ContainerVolumes Volumes { get; init; }

    public required ContainerImages Images { get; init; }

    public required ContainerLayers Layers { get; init; }

    public required IContainerReport Report { get; init; }

    public required Logs.LogCompression LogCompression { get; init; }

    public CgroupMounts CgroupMounts { get; }

    /// <summary>For every request that ends in a process being put into its group.</summary>
    public CgroupMoveWarmUp CgroupMoves { get; }

    /// <summary>Ends when the daemon does: background work stops with it.</summary>
    public CancellationTokenSource Closing { get; } = new();

    public Cgroup Cgroup(Container container) =>
        new(CgroupMounts, Spec.SpecBuilder.CgroupPath(container.Record.Host.CgroupParent, Settings.CgroupParent, container.Id));

    /// <summary>Moves a container to another status, on record first.</summary>
    public void SetStatus(Container container, ContainerStatus status, Durability durability = Durability.Relaxed)
    {
        Table.SetStatus(container.Id, status, durability);
        container.Become(status);
    }

    /// <summary>Runs <paramref name="work"/> while nobody else changes the container's phase.</summary>
    public static async Task<T> InTurnAsync<T>(Container container, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await container.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            container.Gate.Release();
        }
    }

    public static Task InTurnAsync(Container container, Func<Task> work, CancellationToken cancellationToken) => InTurnAsync(
        container,
        async () =>
        {
            await work().ConfigureAwait(false);
            return 0;
        },
        cancellationToken);
}

/// <summary>Where containers tell what went wrong when no request is there to tell it to.</summary>
public interface IContainerReport
{
    void Warn(string message);

    void Error(string message, Exception cause);
}
