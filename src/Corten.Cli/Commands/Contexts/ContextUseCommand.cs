using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Contexts;

/// <summary>Chooses the daemon that later commands talk to, and says which one that is.</summary>
internal static class ContextUseCommand
{
    public static Command Define() => new("CONTEXT", "Set the current context")
    {
        Min = 1,
        Max = 1,
        Run = Run,
        Completes = Completion.Contexts,
    };

    public static Command DefineShow() => new("", "Print the name of the current context")
    {
        Max = 0,
        Run = static call =>
        {
            call.Out.Write(EndpointResolver.ContextName(call.Session) + "\n");
            return 0;
        },
    };

    private static int Run(Invocation call)
    {
        var name = call.Args[0];
        if (name != ContextStore.Default && !new ContextStore(call.Session.ConfigDirectory).Exists(name))
        {
            throw new CommandException(ContextStore.NotFound(call.Session.ConfigDirectory, name));
        }
        call.Config.SetCurrentContext(name);
        call.Out.Write(name + "\n");
        call.Session.Flush();
        call.Err.Write($"Current context is now \"{name}\"\n");
        if (name != ContextStore.Default && Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 })
        {
            call.Err.Write($"Warning: DOCKER_HOST environment variable overrides the active context. To use \"{name}\", either set the global --context flag, or unset DOCKER_HOST environment variable.\n");
        }
        return 0;
    }
}
