using Corten.Oci.Errors;
using Corten.Oci.Runtime;
using Corten.Runtime.Creation;
using Corten.Runtime.Hooks;
using Corten.Runtime.Operations;
using Corten.Runtime.State;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>start</c>: opens init's gate, and runs the poststart hooks once the program is executed.</summary>
internal static class StartCommand
{
    public static int Run(RuntimeContext context, OptionSet options)
    {
        RuntimeState state = context.Store.Load(options.RequireId());
        switch (context.StatusOf(state))
        {
            case "created": break;
            case "stopped": throw CortenException.Conflict("cannot start a container that has stopped");
            default: throw CortenException.Conflict("cannot start an already running container");
        }
        string folder = context.Store.FolderOf(state.Id);
        try
        {
            StartGate.Open(folder);
            File.Delete(Path.Combine(folder, StartGate.FileName));
            RunHooks(state);
        }
        catch (Exception e) when (e is StepException or CortenException)
        {
            // A container whose start failed is stopped: what was made for it goes, and delete finds the rest.
            File.Delete(Path.Combine(folder, StartGate.FileName));
            Ending.KillAll(context, state);
            throw new StepException("start", Linux.Errno.None, $"cannot start container: {e.Message}", e);
        }
        return 0;
    }

    /// <summary>The configuration is read again only if it has such hooks: its text is looked at first.</summary>
    private static void RunHooks(RuntimeState state)
    {
        byte[] config = BundleFile.ReadBytes(state.ConfigPath);
        if (config.AsSpan().IndexOf("\"poststart\""u8) < 0) return;
        RuntimeSpec spec = BundleFile.Parse(config);
        HookRunner.Run(spec.Hooks?.Poststart, "poststart", HookState.Json(spec, state.Id, state.Bundle, "running", state.Pid));
    }
}
