using Corten.Linux.Processes;
using Corten.Runtime.Cli;
using Corten.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Operations;

/// <summary>SIGKILL for a container's init and whatever else is in its cgroup.</summary>
internal static class Ending
{
    private const int Patience = 10_000;

    public static void KillAll(RuntimeContext context, RuntimeState state)
    {
        var group = context.GroupOf(state);
        using SafeFileHandle? init = Pidfd.Open(state.Pid, state.StartTime);
        if (init is not null && StateStore.IsAlive(state))
        {
            Pidfd.Signal(init, SignalNumbers.Kill);
            // A frozen process dies when it thaws.
            if (group.IsFrozen()) group.Thaw();
            Linux.Readiness.Wait(init, Patience);
        }
        group.Kill();
    }
}
