using Corten.Oci.Runtime;
using Corten.Runtime.Cli;
using Corten.Runtime.Hooks;
using Corten.Runtime.State;

namespace Corten.Runtime.Operations;

/// <summary>Ends what runs of a container, and takes back what its creation made.</summary>
internal static class ContainerRemoval
{
    /// <param name="context">Where it is.</param>
    /// <param name="state">What is known of it.</param>
    /// <param name="spec">Its configuration, if it has been read already.</param>
    public static void Remove(RuntimeContext context, RuntimeState state, RuntimeSpec? spec = null)
    {
        var group = context.GroupOf(state);
        Ending.KillAll(context, state);
        if (!group.Delete()) context.Log.Warn($"cgroup {group.Path} could not be removed");
        spec ??= BundleFile.Parse(BundleFile.ReadBytes(state.ConfigPath));
        if (spec.Hooks?.Poststop is { Count: > 0 } hooks) HookRunner.RunAll(hooks, "poststop", HookState.Json(spec, state.Id, state.Bundle, "stopped", 0), context.Log.Warn);
        context.Store.Delete(state.Id);
    }
}
