using Corten.Oci.Errors;
using Corten.Runtime.State;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>pause</c> and <c>resume</c>.</summary>
internal static class PauseCommand
{
    public static int Pause(RuntimeContext context, OptionSet options)
    {
        RuntimeState state = context.Store.Load(options.RequireId());
        string status = context.StatusOf(state);
        if (status is not ("running" or "created")) throw CortenException.Conflict($"container not running or created: {status}");
        context.GroupOf(state).Freeze();
        return 0;
    }

    public static int Resume(RuntimeContext context, OptionSet options)
    {
        RuntimeState state = context.Store.Load(options.RequireId());
        if (context.StatusOf(state) != "paused") throw CortenException.Conflict("container not paused");
        context.GroupOf(state).Thaw();
        return 0;
    }
}
