using System.Globalization;
using System.Text;
using Corten.Containers.Mounts;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Oci.Errors;
using Corten.Supervision.Launcher;

namespace Corten.Containers.Lifecycle;

/// <summary>The few folders and mounts that a container needs on the host itself: those that others share, or that come from elsewhere.</summary>
internal static class HostPlaces
{
    /// <summary><c>-v</c> makes a missing folder; <c>--mount</c> refuses it.</summary>
    public static void EnsureSource(ContainerMount mount)
    {
        if (Path.Exists(mount.Source))
        {
            return;
        }

        if (!mount.CreateSource)
        {
            throw CortenException.Invalid($"invalid mount config for type \"bind\": bind source path does not exist: {mount.Source}");
        }

        try
        {
            Directory.CreateDirectory(mount.Source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CortenException.Internal($"error while creating mount source path '{mount.Source}': {e.Message}", e);
        }
    }

    /// <summary>The tmpfs that a shareable container offers as /dev/shm.</summary>
    public static void MountSharedMemory(string place, long size, Undo undo)
    {
        Directory.CreateDirectory(place);
        MountCalls.Mount("shm", place, "tmpfs", MountCalls.AttributeNoSuid | MountCalls.AttributeNoDev | MountCalls.AttributeNoExec,
            "mode=1777,size=" + size.ToString(CultureInfo.InvariantCulture));
        undo.Add("mount the shared memory", () => HostMounts.Unmount(place, detach: true));
    }

    /// <summary>An image, read-only.</summary>
    public static void MountImage(OverlayRootfs layers, string place, Undo undo)
    {
        Directory.CreateDirectory(place);
        if (layers.Lower.Count == 1)
        {
            MountCalls.Mount(layers.Lower[0], place, null, MountCalls.Bind, null);
        }
        else
        {
            OverlayMount.Mount(place, layers.Lower, null, null);
        }

        undo.Add("mount an image", () => HostMounts.Unmount(place, detach: true));
    }

    /// <summary>A path in a mounted image, found without following a link out of it.</summary>
    public static string Inside(string place, string? subpath)
    {
        if (string.IsNullOrEmpty(subpath))
        {
            return place;
        }

        using var root = PathDescriptor.OpenDirectory(place);
        using var found = FileAt.TryOpenResolved(root, Encoding.UTF8.GetBytes(subpath), OpenFlags.Path | OpenFlags.CloseOnExec, 0, Resolve.Beneath | Resolve.NoMagicLinks, out var errno)
            ?? throw CortenException.Invalid($"cannot access path {Path.Combine(place, subpath)}: {LinuxException.Describe(errno)}");
        return Path.Combine(place, subpath);
    }

    /// <summary>Undoes what <see cref="MountSharedMemory"/> and <see cref="MountImage"/> did for a container, whoever of us did it.</summary>
    public static void UnmountAll(string execFolder)
    {
        foreach (var place in new[] { Path.Combine(execFolder, "shm") }.Concat(Images(execFolder)))
        {
            HostMounts.Unmount(place, detach: true);
        }
    }

    private static IEnumerable<string> Images(string execFolder) =>
        Path.Combine(execFolder, "images") is var images && Directory.Exists(images) ? Directory.EnumerateDirectories(images) : [];
}
