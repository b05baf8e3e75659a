using System.Runtime.ExceptionServices;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Linux.Namespaces;
using Corten.Supervision.Launcher;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Mounts;

/// <summary>
/// An overlay that is mounted nowhere: a descriptor of its root, through which the merged tree is read and, with an upper folder, written.
/// It is in no mount table and gone with its last descriptor. While one is open on a container's upper folder the container must not be
/// started: two overlays on one upper are undefined (kernel, filesystems/overlayfs.rst).
/// </summary>
public sealed class DetachedMount : IDisposable
{
    private DetachedMount(SafeFileHandle root) => Root = root;

    /// <summary>The merged tree's root folder, for openat2 with RESOLVE_IN_ROOT.</summary>
    public SafeFileHandle Root { get; }

    /// <summary>Mounts an overlay. Without an upper folder it can only be read.</summary>
    public static DetachedMount Open(OverlayRootfs overlay)
    {
        if (overlay.Upper is null && overlay.Lower.Count == 1)
        {
            // One folder alone is no overlay for the kernel, and needs none.
            return OpenFolder(overlay.Lower[0]);
        }

        return TakesLayersOneByOne.Value ? OpenContext(overlay) : OpenElsewhere(overlay);
    }

    /// <summary>A folder by itself, in the same role.</summary>
    public static DetachedMount OpenFolder(string path) => new(FileAt.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory));

    /// <summary>The root file system of a running process, with everything that is mounted in it.</summary>
    /// <param name="pid">A process of the container, as seen from here.</param>
    public static DetachedMount OfProcess(int pid) => OpenFolder($"/proc/{pid}/root");

    public void Dispose() => Root.Dispose();

    /// <summary>overlayfs has <c>lowerdir+</c> since Linux 6.8; before, a context takes no string long enough for a chain.</summary>
    private static Lazy<bool> TakesLayersOneByOne { get; } = new(static () =>
    {
        using var context = new FileSystemContext("overlay");
        try
        {
            context.Set("lowerdir+", "/");
            return true;
        }
        catch (LinuxException e) when (e.Errno == Errno.EINVAL)
        {
            return false;
        }
    });

    private static DetachedMount OpenContext(OverlayRootfs overlay)
    {
        using var context = new FileSystemContext("overlay");
        foreach (var lower in overlay.Lower)
        {
            context.Set("lowerdir+", lower);
        }

        if (overlay.Upper is { } upper)
        {
            context.Set("upperdir", upper);
            context.Set("workdir", overlay.Work!);
        }

        return new DetachedMount(context.Mount());
    }

    /// <summary>
    /// With mount(2), in a mount namespace of a thread that ends: the namespace goes, and the mount stays as long as its descriptor.
    /// </summary>
    internal static DetachedMount OpenElsewhere(OverlayRootfs overlay)
    {
        SafeFileHandle? root = null;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                root = MountUnseen(overlay);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }, maxStackSize: 256 << 10);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return new DetachedMount(root!);
    }

    private static SafeFileHandle MountUnseen(OverlayRootfs overlay)
    {
        // A folder that every machine has, and that this thread has no other use for.
        const string place = "/proc";
        Namespace.Unshare(NamespaceKind.Mount);
        MountCalls.SetPropagation("/", MountCalls.Private | MountCalls.Recursive);
        OverlayMount.Mount(place, overlay.Lower, overlay.Upper, overlay.Work);
        return FileAt.Open(place, OpenFlags.Path | OpenFlags.Directory);
    }
}
