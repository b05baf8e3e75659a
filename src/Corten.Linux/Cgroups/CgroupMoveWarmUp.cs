using System.Globalization;
using Corten.Linux.Interop;

namespace Corten.Linux.Cgroups;

/// <summary>
/// Moving a process into a group makes the kernel wait for an RCU grace period, some 5 to 20 ms, unless another move has only just been
/// (cgroup_threadgroup_rwsem, kernel/cgroup/cgroup.c). So we move ourselves to where we already are as soon as a move is in sight: the wait goes on while
/// the rest of the request is worked on.
/// </summary>
public sealed class CgroupMoveWarmUp : IDisposable
{
    private readonly CgroupMounts _mounts;
    private readonly AutoResetEvent _wanted = new(false);
    private readonly Thread _thread;
    private volatile bool _stopping;

    public CgroupMoveWarmUp(CgroupMounts mounts)
    {
        _mounts = mounts;
        _thread = new Thread(Run, 128 << 10) { IsBackground = true, Name = "cgroups" };
        _thread.Start();
    }

    /// <summary>
    /// The same for a process that is about to execute itself anew and in which .NET has not started: in a child, which the kernel reaps, as SIGCHLD is ignored from
    /// here on.
    /// </summary>
    internal static void BeginInChild()
    {
        BareCalls.signal(Signals.SIGCHLD, BareCalls.SIG_IGN);
        if (BareCalls.fork() != 0) return;
        MoveSelf();
        BareCalls._exit(0);
    }

    /// <summary>A process will be moved soon. Returns at once.</summary>
    public void Begin() => _wanted.Set();

    public void Dispose()
    {
        _stopping = true;
        _wanted.Set();
        _thread.Join();
        _wanted.Dispose();
    }

    /// <summary>
    /// The caller into the first of its groups that is where groups are by convention; anywhere else it is left alone.
    /// </summary>
    private static unsafe void MoveSelf()
    {
        Span<byte> groups = stackalloc byte[4096];
        Span<byte> file = stackalloc byte[4096 + 64];
        int fd = Open("/proc/self/cgroup"u8, At.O_RDONLY);
        if (fd < 0) return;
        groups = groups[..Math.Max(0, Read(fd, groups))];
        BareCalls.close(fd);
        while (groups.IndexOf((byte)'\n') is > 0 and var end)
        {
            // hierarchy-id:controllers:path
            ReadOnlySpan<byte> line = groups[..end];
            groups = groups[(end + 1)..];
            line = line[(line.IndexOf((byte)':') + 1)..];
            int colon = line.IndexOf((byte)':');
            ReadOnlySpan<byte> name = line[..colon], path = line[(colon + 1)..];
            if (name.StartsWith("name="u8)) name = name[5..];
            Span<byte> rest = file;
            Append(ref rest, "/sys/fs/cgroup/"u8);
            Append(ref rest, name);
            Append(ref rest, path);
            Append(ref rest, "/cgroup.procs\0"u8);
            fd = Open(file, At.O_WRONLY);
            if (fd < 0) continue;
            byte self = (byte)'0';
            BareCalls.write(fd, &self, 1);
            BareCalls.close(fd);
            return;
        }
    }

    private static void Append(ref Span<byte> rest, ReadOnlySpan<byte> text)
    {
        text.CopyTo(rest);
        rest = rest[text.Length..];
    }

    private static unsafe int Open(ReadOnlySpan<byte> path, int flags)
    {
        fixed (byte* name = path) return BareCalls.open(name, flags | At.O_CLOEXEC, 0);
    }

    private static unsafe int Read(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer) return (int)BareCalls.read(fd, start, buffer.Length);
    }

    private void Run()
    {
        string self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        while (_wanted.WaitOne() && !_stopping && Move(_mounts, self)) { }
    }

    /// <returns>False where a group can't be written (a namespace above us, a thread-only group): moves simply take their time there, nothing depends on this one.</returns>
    private static bool Move(CgroupMounts mounts, string pid)
    {
        try
        {
            // Asked for each time: an administrator may have moved us meanwhile.
            if (Cgroup.FoldersOfProcess(mounts, Environment.ProcessId) is [var folder, ..]) CgroupFile.Write(folder, "cgroup.procs", pid);
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }
}
