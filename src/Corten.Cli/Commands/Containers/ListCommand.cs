using System.Globalization;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Lists containers: those that run, or all.</summary>
internal static class ListCommand
{
    public static Command Define() => new("[OPTIONS]", "List containers")
    {
        Max = 0,
        Options =
        [
            Flag("all", 'a', "Show all containers, not only those that run"),
            Filter(),
            FormatOption.List(),
            Int("last", 'n', "Show the last n containers that were created, in any state") with { Default = "-1" },
            Flag("latest", 'l', "Show the container that was created last, in any state"),
            Flag("no-trunc", "Do not shorten output"),
            Flag("quiet", 'q', "Show IDs only"),
            Flag("size", 's', "Show the containers' sizes"),
        ],
        Run = Run,
        Paths = ["container ls", "container list", "container ps", "ps"],
    };

    private static int Run(Invocation call)
    {
        var format = call.Text("format") is { Length: > 0 } given ? given : call.Flag("quiet") ? "" : call.Config.Text("psFormat");
        ListPrinter.Check(format, ContainerRow.TypeName, ContainerRow.Columns);
        var size = call.Flag("size") || (format.Contains(".Size", StringComparison.Ordinal) && !call.Has("size"));
        var limit = call.Flag("latest") && !call.Has("last") ? 1 : call.Int("last");
        var query = new Query("/containers/json").AddIf("all", call.Flag("all")).AddIf("filters", Filters.Of(call))
            .AddIf("limit", limit > 0 ? limit.ToString(CultureInfo.InvariantCulture) : "").AddIf("size", size);
        var full = call.Flag("no-trunc");
        var rows = call.Engine.GetItems(query.ToString()).Select(item => ContainerRow.Of(item, full));
        if (call.Flag("quiet") && ListPrinter.IsTable(format))
        {
            foreach (var row in rows)
            {
                call.Out.Write(row.Value("ID") + "\n");
            }
            return 0;
        }
        ListPrinter.Print(call.Out, format, ContainerRow.Table(call.Flag("size")), ContainerRow.Columns, rows);
        return 0;
    }
}
