using Corten.Containers.Model;
using Corten.Containers.Rootfs;
using Corten.Linux;
using Corten.Oci.Errors;

namespace Corten.Containers.Files;

/// <summary>Opens the files of a container: those of its processes while it runs, its layers with its volumes over them while it does not.</summary>
internal sealed class ContainerFiles(ContainerCore core)
{
    /// <summary>Runs <paramref name="work"/> on the container's root. One that does not run is kept from starting meanwhile, since two overlays on one layer disagree.</summary>
    public async Task<T> UseAsync<T>(Container container, Func<MountedRoot, Task<T>> work, CancellationToken cancellationToken)
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
