using Corten.Oci.Errors;
using Corten.Runtime.Operations;
using Corten.Runtime.State;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>delete</c>: what a container left. One that has not been started yet is ended first, a running one only with <c>--force</c>.</summary>
internal static class DeleteCommand
{
    public static int Run(RuntimeContext context, OptionSet options)
    {
        string id = options.RequireId();
        bool force = options.Flag("force");
        if (context.Store.TryLoad(id) is not { } state)
        {
            // A creation that was cut off before it wrote its state leaves a folder.
            context.Store.Delete(id);
            return force ? 0 : throw CortenException.NotFound("container does not exist");
        }
        string status = context.StatusOf(state);
        if (status is "running" or "paused" && !force) throw CortenException.Conflict($"cannot delete container {id} that is not stopped: {status}");
        ContainerRemoval.Remove(context, state);
        return 0;
    }
}
