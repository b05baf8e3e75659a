using System.Runtime.ExceptionServices;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Linux.Namespaces;
using Corten.Supervision.Launcher;
using Microsoft.Win32.SafeHandles;

namespace Corten.Containers.Rootfs;

/// <summary>
/// The root file system of a container that does not run, mounted where nobody else sees it: in a mount namespace of its own, which a thread made
/// and which lives as long as this holds its descriptor. The host's mount table stays clean, and a killed daemon leaves nothing behind.
/// </summary>
internal sealed class MountedRoot : IDisposable
{
    private readonly SafeFileHandle? _namespace;

    private MountedRoot(SafeFileHandle handle, SafeFileHandle? mountNamespace) => (Handle, _namespace) = (handle, mountNamespace);

    /// <summary>The root; for the calls that resolve in it.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>What a running process has as its root, mounts and all.</summary>
    public static MountedRoot OfProcess(int pid) => new(FileAt.Open($"/proc/{pid}/root", OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec), null);

    /// <summary>Layers alone, without a container's mounts.</summary>
    public static MountedRoot OfLayers(OverlayRootfs layers)
    {
        if (layers is { Upper: null, Lower.Count: 1 })
        {
            return new(FileAt.Open(layers.Lower[0], OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec), null);
        }

        return OfLayers(layers, []);
    }

    /// <param name="layers">The overlay.</param>
    /// <param name="binds">Host paths to bind over paths inside, parents first; a path that is not there is left out.</param>
    public static MountedRoot OfLayers(OverlayRootfs layers, IReadOnlyList<(string Source, string Destination, bool ReadOnly)> binds)
    {
        MountedRoot? root = null;
        ExceptionDispatchInfo? failure = null;

        // unshare(2) changes the calling thread for good, so the thread is one of our own, and ends.
        var thread = new Thread(() =>
        {
            try
            {
                root = Mount(layers, binds);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }, 256 << 10);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return root!;
    }

    public void Dispose()
    {
        Handle.Dispose();
        _namespace?.Dispose();
    }

    private static MountedRoot Mount(OverlayRootfs layers, IReadOnlyList<(string Source, string Destination, bool ReadOnly)> binds)
    {
        // A mount point that every machine has, and that nobody looks at in here.
        const string place = "/proc";
        Namespace.Unshare(NamespaceKind.Mount);
        MountCalls.SetPropagation("/", MountCalls.Private | MountCalls.Recursive);
        using var sources = new HandleList();
        foreach (var (source, _, _) in binds)
        {
            sources.Add(FileAt.Open(source, OpenFlags.Path | OpenFlags.CloseOnExec));
        }

        var mountNamespace = FileAt.Open("/proc/thread-self/ns/mnt", OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        try
        {
            OverlayMount.Mount(place, layers.Lower, layers.Upper, layers.Work);
            var root = FileAt.Open(place, OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec);
            for (var i = 0; i < binds.Count; i++)
            {
                using var target = FileAt.TryOpenResolved(
                    root, System.Text.Encoding.UTF8.GetBytes(binds[i].Destination), OpenFlags.Path | OpenFlags.CloseOnExec, 0, Resolve.InRoot | Resolve.NoMagicLinks, out _);
                if (target is null)
                {
                    continue;
                }

                using var tree = MountTree.Clone(sources[i], recursive: true);
                if (binds[i].ReadOnly)
                {
                    tree.Change(MountCalls.AttributeReadOnly, 0, recursive: true);
                }

                tree.Attach(target);
            }

            return new MountedRoot(root, mountNamespace);
        }
        catch
        {
            mountNamespace.Dispose();
            throw;
        }
    }

    private sealed class HandleList : List<SafeFileHandle>, IDisposable
    {
        public void Dispose() => ForEach(handle => handle.Dispose());
    }
}
