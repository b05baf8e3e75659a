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
    private DetachedMount(SafeFileHandle root, OverlayRootfs? overlay = null) =>
        (Root, Layers) = (root, overlay is null ? [] : overlay.Upper is { } upper ? [upper, .. overlay.Lower] : overlay.Lower);

    /// <summary>The merged tree's root folder, for openat2 with RESOLVE_IN_ROOT. It may be O_PATH: what is in it is read by opening <c>.</c></summary>
    public SafeFileHandle Root { get; }

    /// <summary>What the tree is merged of, topmost first; nothing where it is one folder.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>Mounts an overlay. Without an upper folder it can only be read.</summary>
    public static DetachedMount Open(OverlayRootfs overlay)
    {
        if (overlay.Upper is null && overlay.Lower.Count == 1)
        {
            return OpenReadOnly(overlay.Lower[0]);
        }

        var parameters = overlay.Lower.Select(folder => "lowerdir+=" + folder);
        if (overlay.Upper is not null)
        {
            parameters = parameters.Concat([$"upperdir={overlay.Upper}", $"workdir={overlay.Work}"]);
        }

        try
        {
            return new DetachedMount(MountTree.Create("overlay", "overlay", parameters, attributes: 0).Handle, overlay);
        }
        catch (LinuxException e) when (e.Errno == Errno.EINVAL)
        {
            // Before Linux 6.8 an overlay has no lowerdir+, and a context takes no string that is long enough for a chain.
            return OpenElsewhere(overlay);
        }
    }

    /// <summary>A folder by itself, in the same role, writable.</summary>
    public static DetachedMount OpenFolder(string path) => new(FileAt.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory));

    /// <summary>The root file system of a running process, with everything that is mounted in it.</summary>
    /// <param name="pid">A process of the container, as seen from here.</param>
    public static DetachedMount OfProcess(int pid) => OpenFolder($"/proc/{pid}/root");

    public void Dispose() => Root.Dispose();

    /// <summary>With mount(2), in a mount namespace of a thread that ends: the namespace goes, and the mount stays as long as its descriptor.</summary>
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
        return new DetachedMount(root!, overlay);
    }

    /// <summary>One folder alone is no overlay for the kernel; a read-only bind of it is the same view.</summary>
    private static DetachedMount OpenReadOnly(string path)
    {
        using var folder = FileAt.Open(path, OpenFlags.Path | OpenFlags.Directory);
        var tree = MountTree.Clone(folder, recursive: false, path);
        try
        {
            tree.Change(MountCalls.AttributeReadOnly, 0, recursive: false);
            return new DetachedMount(tree.Handle);
        }
        catch
        {
            tree.Dispose();
            throw;
        }
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
