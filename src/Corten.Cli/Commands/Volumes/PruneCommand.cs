using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Volumes;

/// <summary>Removes volumes that no container uses: those without a name, or all.</summary>
internal static class PruneCommand
{
    public static Command Define() => new("[OPTIONS]", "Remove unused local volumes")
    {
        Max = 0,
        Options =
        [
            Flag("all", 'a', "Remove every unused volume, not only those without a name"),
            PruneFilter("Only those that match (such as \"label=x\")"),
            Flag("force", 'f', "Do not ask"),
        ],
        Run = Run,
        Paths = ["volume prune"],
    };

    private static int Run(Invocation call)
    {
        var which = call.Flag("all") ? "all" : "anonymous";
        if (!call.Flag("force") && !Confirm.Ask(call, $"WARNING! This will remove {which} local volumes not used by at least one container.\n"))
        {
            return 0;
        }
        (string, string)[] all = call.Flag("all") ? [("all", "true")] : [];
        var (space, report) = Prune(call, Filters.Of(call, all));
        call.Out.Write(report);
        call.Out.Write($"Total reclaimed space: {ByteSize.Human(space, 4)}\n");
        return 0;
    }

    public static (long Space, string Report) Prune(Invocation call, string? filters)
    {
        using var json = call.Engine.PostJson(new Query("/volumes/prune").AddIf("filters", filters).ToString());
        return (json.RootElement.Int("SpaceReclaimed"), Report.List("Deleted Volumes:", json.RootElement.Texts("VolumesDeleted")));
    }
}
