using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Engine;

/// <summary>Removes everything that is not in use, kind by kind.</summary>
internal static class PruneCommand
{
    public static Command Define() => new("[OPTIONS]", "Remove unused data")
    {
        Max = 0,
        Options =
        [
            Flag("all", 'a', "Remove every unused image, not only those without a name"),
            PruneFilter("Only those that match (such as \"label=key=value\")"),
            Flag("force", 'f', "Do not ask"),
            Flag("volumes", "Remove anonymous volumes, too"),
        ],
        Run = Run,
        Paths = ["system prune"],
    };

    private static int Run(Invocation call)
    {
        var (all, volumes) = (call.Flag("all"), call.Flag("volumes"));
        if (volumes && call.List("filter").Any(static word => word.StartsWith("until=", StringComparison.Ordinal)))
        {
            throw new CommandException("ERROR: The \"until\" filter is not supported with \"--volumes\"");
        }
        if (!call.Flag("force") && !Confirm.Ask(call, Warning(call, all, volumes)))
        {
            return 0;
        }
        var filters = Filters.Of(call);
        var space = 0L;
        Add(Containers.PruneCommand.Prune(call, filters));
        call.Out.Write(Networks.PruneCommand.Prune(call, filters));
        if (volumes)
        {
            Add(Volumes.PruneCommand.Prune(call, filters));
        }
        Add(Images.PruneCommand.Prune(call, Filters.Of(call, ("dangling", all ? "false" : "true"))));
        Add(Builder.PruneCommand.Prune(call, all, filters, keep: 0));
        call.Out.Write($"Total reclaimed space: {ByteSize.Human(space, 4)}\n");
        return 0;

        void Add((long Space, string Report) pruned)
        {
            space += pruned.Space;
            call.Out.Write(pruned.Report);
        }
    }

    private static string Warning(Invocation call, bool all, bool volumes)
    {
        var lines = new List<string> { "all stopped containers", "all networks not used by at least one container" };
        if (volumes)
        {
            lines.Add("all anonymous volumes not used by at least one container");
        }
        lines.Add(all ? "all images without at least one container associated to them" : "all dangling images");
        lines.Add(all ? "all build cache" : "unused build cache");
        var filters = call.List("filter");
        return $"WARNING! This will remove:\n{string.Concat(lines.Select(static line => $"  - {line}\n"))}\n"
            + (filters.Count == 0 ? "" : $"  Items to be pruned will be filtered with:\n{string.Concat(filters.Select(static filter => $"  - {filter}\n"))}\n");
    }
}
