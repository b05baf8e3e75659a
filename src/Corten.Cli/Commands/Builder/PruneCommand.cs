using System.Globalization;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Builder;

/// <summary>Empties the build cache.</summary>
internal static class PruneCommand
{
    public static Command Define() => new("[OPTIONS]", "Remove build cache")
    {
        Max = 0,
        Options =
        [
            Flag("all", 'a', "Remove every unused record, not only those without a parent"),
            PruneFilter("Only those that match (such as \"until=24h\")"),
            Flag("force", 'f', "Do not ask"),
            Bytes("keep-storage", "Keep so much of the cache"),
            Bytes("max-used-space", "Remove until the cache is no larger"),
            Bytes("min-free-space", "Remove until so much of the disk is free"),
            Bytes("reserved-space", "Keep so much of the cache") with { Hidden = true, SameAs = "keep-storage" },
        ],
        Run = Run,
        Paths = ["builder prune", "buildx prune"],
    };

    private static int Run(Invocation call)
    {
        var all = call.Flag("all");
        if (!call.Flag("force") && !Confirm.Ask(call, all ? "WARNING! This will remove all build cache. " : "WARNING! This will remove all dangling build cache. "))
        {
            return 0;
        }
        var (space, report) = Prune(call, all, Filters.Of(call), call.Parsed.Bytes("keep-storage"), call.Parsed.Bytes("max-used-space"), call.Parsed.Bytes("min-free-space"));
        call.Out.Write(report);
        call.Out.Write($"Total reclaimed space: {ByteSize.Human(space, 4)}\n");
        return 0;
    }

    public static (long Space, string Report) Prune(Invocation call, bool all, string? filters, long keep, long most = 0, long free = 0)
    {
        static string Number(long bytes) => bytes > 0 ? bytes.ToString(CultureInfo.InvariantCulture) : "";
        var query = new Query("/build/prune").AddIf("all", all).AddIf("filters", filters).AddIf("reserved-space", Number(keep))
            .AddIf("max-used-space", Number(most)).AddIf("min-free-space", Number(free));
        using var json = call.Engine.PostJson(query.ToString());
        return (json.RootElement.Int("SpaceReclaimed"), Report.List("Deleted build cache objects:", json.RootElement.Texts("CachesDeleted")));
    }
}
