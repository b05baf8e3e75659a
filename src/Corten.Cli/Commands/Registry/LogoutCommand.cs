using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Registry;

/// <summary>Forgets a user's credentials for a registry.</summary>
internal static class LogoutCommand
{
    public static Command Define() => new("[SERVER]", "Log out from a registry")
    {
        Max = 1,
        Run = Run,
        Completes = Completion.Nothing,
        Paths = ["logout"],
        Details = "Without a server, the official registry is meant.",
    };

    private static int Run(Invocation call)
    {
        var registry = LoginCommand.RegistryOf(call.Args);
        var shown = call.Args.Count > 0 ? call.Args[0] : registry;
        var store = new CredentialStore(call.Config);
        call.Out.Write($"Removing login credentials for {shown}\n");
        store.Erase(registry);
        return 0;
    }
}
