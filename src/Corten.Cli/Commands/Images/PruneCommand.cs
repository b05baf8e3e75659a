using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Images;

/// <summary>Removes images without a name, or all that no container uses.</summary>
internal static class PruneCommand
{
    public static Command Define() => new("[OPTIONS]", "Remove unused images")
    {
        Max = 0,
        Options =
        [
            Flag("all", 'a', "Remove every image that no container uses, not only those without a name"),
            PruneFilter("Only those that match (such as \"until=24h\")"),
            Flag("force", 'f', "Do not ask"),
        ],
        Run = Run,
        Paths = ["image prune"],
    };

    private static int Run(Invocation call)
    {
        var warning = call.Flag("all") ? "WARNING! This will remove all images without at least one container associated to them.\n" : "WARNING! This will remove all dangling images.\n";
        if (!call.Flag("force") && !Confirm.Ask(call, warning))
        {
            return 0;
        }
        var (space, report) = Prune(call, Filters.Of(call, ("dangling", call.Flag("all") ? "false" : "true")));
        call.Out.Write(report);
        call.Out.Write($"Total reclaimed space: {ByteSize.Human(space, 4)}\n");
        return 0;
    }

    public static (long Space, string Report) Prune(Invocation call, string? filters)
    {
        using var json = call.Engine.PostJson(new Query("/images/prune").AddIf("filters", filters).ToString());
        var lines = json.RootElement.Items("ImagesDeleted")
            .Select(static item => item.Text("Untagged") is { Length: > 0 } name ? $"untagged: {name}" : $"deleted: {item.Text("Deleted")}");
        return (json.RootElement.Int("SpaceReclaimed"), Report.List("Deleted Images:", lines));
    }
}
