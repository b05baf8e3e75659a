using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Shell;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Contexts;

/// <summary>Forgets named daemons.</summary>
internal static class ContextRemoveCommand
{
    public static Command Define() => new("CONTEXT [CONTEXT...]", "Remove one or more contexts")
    {
        Min = 1,
        Options = [Flag("force", 'f', "Remove a context that is in use, too")],
        Run = Run,
        Completes = Completion.Contexts,
        Paths = ["context rm", "context remove"],
    };

    private static int Run(Invocation call)
    {
        var store = new ContextStore(call.Session.ConfigDirectory);
        return EachName.Run(call, (name, _) =>
        {
            if (name == ContextStore.Default)
            {
                throw new CommandException("context \"default\" cannot be removed");
            }
            if (!store.Exists(name))
            {
                return call.Flag("force") ? name : throw new CommandException($"context \"{name}\" does not exist");
            }
            if (name == EndpointResolver.ContextName(call.Session))
            {
                if (!call.Flag("force"))
                {
                    throw new CommandException($"context \"{name}\" is in use, set -f flag to force remove");
                }
                call.Config.SetCurrentContext(ContextStore.Default);
            }
            store.Remove(name);
            return name;
        });
    }
}
