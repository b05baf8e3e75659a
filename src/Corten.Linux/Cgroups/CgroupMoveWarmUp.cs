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
    /// The same for a process without threads that is about to execute itself anew: in a child, which the kernel reaps, as SIGCHLD is ignored from here on.
    /// </summary>
    public static void BeginInChild()
    {
        Processes.SignalState.Ignore(Processes.SignalNumbers.Child);
        if (Processes.Child.Fork() != 0) return;
        Move(CgroupMounts.Read(), "0");
        Processes.Child.Exit(0);
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
