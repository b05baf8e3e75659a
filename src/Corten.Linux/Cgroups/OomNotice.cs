using System.Globalization;
using System.Runtime.InteropServices;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Cgroups;

/// <summary>
/// The kernel's notice of an out-of-memory kill in a group: on v1 an eventfd registered for memory.oom_control through cgroup.event_control, on v2 an inotify watch
/// of memory.events, whose counter oom_kill is compared.
/// </summary>
public sealed class OomNotice : IDisposable
{
    private const uint IN_MODIFY = 2;

    private readonly string _folder;
    private readonly bool _unified;
    private readonly SafeFileHandle? _control;
    private long _kills;

    private OomNotice(SafeFileHandle handle, string folder, bool unified, SafeFileHandle? control)
    {
        Handle = handle;
        _folder = folder;
        _unified = unified;
        _control = control;
    }

    /// <summary>Readable when there is something to <see cref="Take"/>.</summary>
    public SafeFileHandle Handle { get; }

    /// <param name="group">Whose kills.</param>
    /// <param name="sinceItsBeginning">Kills from before now count too: the group is as old as its container.</param>
    /// <returns>Null when the group has no memory controller.</returns>
    public static OomNotice? TryOpen(Cgroup group, bool sinceItsBeginning = false)
    {
        if (group.FolderOf("memory") is not { } folder) return null;
        OomNotice? notice = group.Mounts.PureUnified ? TryOpenUnified(folder) : TryOpenV1(folder);
        if (notice is not null && !sinceItsBeginning) notice._kills = notice.Kills();
        return notice;
    }

    /// <summary>Takes the notice.</summary>
    /// <returns>True when a process was killed; the end of the group raises a notice too, on v1.</returns>
    public bool Take()
    {
        // The notice first, then the count: a kill between the two is told again, not lost.
        Span<byte> buffer = stackalloc byte[4096];
        bool any = false;
        while (Descriptor.Read(Handle.Number(), buffer) > 0) any = true;
        if (!any) return false;
        if (!_unified)
        {
            // Kernels before 4.13 do not count; there the notice itself has to do, as long as the group exists.
            if (CgroupFile.Read(_folder, "memory.oom_control") is not { } state) return false;
            if (!state.Contains("oom_kill ", StringComparison.Ordinal)) return true;
        }
        return IsNew();
    }

    /// <summary>
    /// Whether the count says of a kill that was not taken yet. For the end: the exit of who was killed can be seen before the notice of it.
    /// </summary>
    public bool IsNew()
    {
        long kills = Kills();
        bool more = kills > _kills;
        _kills = kills;
        return more;
    }

    public void Dispose()
    {
        Handle.Dispose();
        _control?.Dispose();
    }

    private long Kills()
    {
        string text = CgroupFile.Read(_folder, _unified ? "memory.events" : "memory.oom_control") ?? "";
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith("oom_kill ", StringComparison.Ordinal)) return long.Parse(line["oom_kill ".Length..], CultureInfo.InvariantCulture);
        }
        return 0;
    }

    private static OomNotice? TryOpenV1(string folder)
    {
        int control = At.open(folder + "/memory.oom_control", At.O_RDONLY | At.O_CLOEXEC, 0);
        if (control < 0) return null;
        SafeFileHandle controlHandle = Descriptors.Own(control);
        int notice = Descriptors.eventfd(0, Descriptors.O_CLOEXEC | Descriptors.O_NONBLOCK);
        if (notice < 0) LinuxException.ThrowLast("eventfd");
        SafeFileHandle handle = Descriptors.Own(notice);
        if (CgroupFile.TryWrite(folder, "cgroup.event_control", $"{notice} {control}", out _)) return new(handle, folder, false, controlHandle);
        handle.Dispose();
        controlHandle.Dispose();
        return null;
    }

    private static OomNotice? TryOpenUnified(string folder)
    {
        int notice = Inotify.inotify_init1(Descriptors.O_CLOEXEC | Descriptors.O_NONBLOCK);
        if (notice < 0) LinuxException.ThrowLast("inotify_init1");
        SafeFileHandle handle = Descriptors.Own(notice);
        if (Inotify.inotify_add_watch(notice, folder + "/memory.events", IN_MODIFY) >= 0) return new(handle, folder, true, null);
        handle.Dispose();
        return (Errno)Marshal.GetLastPInvokeError() == Errno.ENOENT ? null : throw LinuxException.Last("inotify_add_watch", folder);
    }
}
