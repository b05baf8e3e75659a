using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Removes every container that does not run.</summary>
internal static class PruneCommand
{
    public static Command Define() => new("[OPTIONS]", "Remove all stopped containers")
    {
        Max = 0,
        Options = [PruneFilter("Only those that match (such as \"until=24h\")"), Flag("force", 'f', "Do not ask")],
        Run = Run,
        Paths = ["container prune"],
    };

    private static int Run(Invocation call)
    {
        if (!call.Flag("force") && !Confirm.Ask(call, "WARNING! This will remove all stopped containers.\n"))
        {
            return 0;
        }
        var (space, report) = Prune(call, Filters.Of(call));
        call.Out.Write(report);
        call.Out.Write($"Total reclaimed space: {ByteSize.Human(space, 4)}\n");
        return 0;
    }

    /// <returns>Bytes gained, and what to print.</returns>
    public static (long Space, string Report) Prune(Invocation call, string? filters)
    {
        using var json = call.Engine.PostJson(new Query("/containers/prune").AddIf("filters", filters).ToString());
        return (json.RootElement.Int("SpaceReclaimed"), Report.List("Deleted Containers:", json.RootElement.Texts("ContainersDeleted")));
    }
}
