using Corten.Linux.Processes;
using Corten.Oci.Errors;
using Corten.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>kill</c>: a signal for init, or for all with <c>--all</c>.</summary>
internal static class KillCommand
{
    public static int Run(RuntimeContext context, OptionSet options)
    {
        RuntimeState state = context.Store.Load(options.RequireId());
        string name = options.Arguments.Count > 1 ? options.Arguments[1] : "SIGTERM";
        int signal = SignalNumbers.Parse(name) ?? throw CortenException.Invalid($"unknown signal \"{name}\"");
        if (options.Flag("all"))
        {
            context.GroupOf(state).Signal(signal);
            return 0;
        }
        using SafeFileHandle? init = Pidfd.Open(state.Pid, state.StartTime);
        if (init is null || !StateStore.IsAlive(state) || !Pidfd.Signal(init, signal))
        {
            // Without a pid namespace, others outlive init.
            if (signal != SignalNumbers.Kill || state.OwnPidNamespace) throw CortenException.Conflict("container not running");
            context.GroupOf(state).Kill();
        }
        else if (signal == SignalNumbers.Kill && context.GroupOf(state).IsFrozen())
        {
            context.GroupOf(state).Thaw();
        }
        return 0;
    }
}
