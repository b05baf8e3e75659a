using Corten.Containers.Model;
using Corten.Containers.Rootfs;
using Corten.Linux;
using Corten.Oci.Errors;
using Corten.Supervision.Launcher;

namespace Corten.Containers.Files;

/// <summary>Opens the files of a container: its layers with its volumes over them, without what only a running container has mounted (/proc, /dev).</summary>
internal sealed class ContainerFiles(ContainerCore core)
{
    /// <summary>For reading, whether it runs or not. What is written while this is open may be missing.</summary>
    public MountedRoot OpenForReading(Container container)
    {
        var layers = core.Layers.Open(container.Id);
        return MountedRoot.OfLayers(new OverlayRootfs { Lower = [layers.Upper!, .. layers.Lower] }, Binds(container));
    }

    /// <summary>
    /// Runs <paramref name="work"/> on a root that can be written: the running container's own, or, for one that does not run, a mount that keeps it from
    /// starting meanwhile, since two overlays on one layer disagree.
    /// </summary>
    public async Task<T> WriteAsync<T>(Container container, Func<MountedRoot, Task<T>> work, CancellationToken cancellationToken)
    {
        if (container.Status is { IsRunning: true, Pid: > 0 and var pid })
        {
            using var running = MountedRoot.OfProcess(pid);
            return await work(running);
        }

        return await ContainerCore.InTurnAsync(container, async () =>
        {
            using var root = MountedRoot.OfLayers(core.Layers.Open(container.Id), Binds(container));
            return await work(root);
        }, cancellationToken);
    }

    /// <summary>In Docker's words, for whatever the path makes go wrong.</summary>
    public static CortenException NotFound(string path, string asked) => CortenException.NotFound($"Could not find the file {path} in container {asked}");

    public static bool IsMissing(Errno errno) => errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP;

    private static List<(string Source, string Destination, bool ReadOnly)> Binds(Container container)
    {
        var binds = new List<(string, string, bool)>();
        foreach (var mount in container.Record.Mounts.Where(mount => mount.Type is "volume" or "bind").OrderBy(mount => mount.Destination.Length))
        {
            if (Path.Exists(mount.Source))
            {
                binds.Add((mount.Source, mount.Destination, !mount.Writable));
            }
        }

        return binds;
    }
}
