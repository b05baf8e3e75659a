using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Networks;

/// <summary>Removes every network that no container uses.</summary>
internal static class PruneCommand
{
    public static Command Define() => new("[OPTIONS]", "Remove all unused networks")
    {
        Max = 0,
        Options = [PruneFilter("Only those that match (such as \"until=24h\")"), Flag("force", 'f', "Do not ask")],
        Run = Run,
        Paths = ["network prune"],
    };

    private static int Run(Invocation call)
    {
        if (!call.Flag("force") && !Confirm.Ask(call, "WARNING! This will remove all custom networks not used by at least one container.\n"))
        {
            return 0;
        }
        call.Out.Write(Prune(call, Filters.Of(call)));
        return 0;
    }

    public static string Prune(Invocation call, string? filters)
    {
        using var json = call.Engine.PostJson(new Query("/networks/prune").AddIf("filters", filters).ToString());
        return Report.List("Deleted Networks:", json.RootElement.Texts("NetworksDeleted"));
    }
}
