using Corten.Linux.Processes;
using Corten.Runtime.Creation;
using Corten.Runtime.Hooks;
using Corten.Runtime.Operations;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>run</c>: create and start in one; in the foreground until the program ends, unless detached.</summary>
internal static class RunCommand
{
    public static int Run(RuntimeContext context, OptionSet options)
    {
        bool detach = options.Flag("detach");
        CreationOptions creation = CreationOptions.From(options, attached: !detach);
        if (!detach && !options.Flag("no-subreaper")) ProcessControl.SetSubreaper(true);
        var (made, state, spec) = new ContainerCreation(context, creation).Create(gated: false);
        using (made.Pidfd)
        using (made.Console)
        {
            try
            {
                if (spec.Hooks?.Poststart is { Count: > 0 } hooks) HookRunner.Run(hooks, "poststart", HookState.Json(spec, state.Id, state.Bundle, "running", state.Pid));
            }
            catch
            {
                ContainerRemoval.Remove(context, state);
                throw;
            }
            if (detach) return 0;
            int code = Foreground.Stay(made.Pidfd, creation.ConsoleSocket is null ? made.Console : null);
            if (!options.Flag("keep")) ContainerRemoval.Remove(context, state, spec);
            return code;
        }
    }
}
