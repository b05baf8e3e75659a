using System.Globalization;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Images;

/// <summary>Shows the steps that made an image.</summary>
internal static class HistoryCommand
{
    private const int CreatedByLength = 45;

    private static readonly Column[] Columns =
    [
        new("ID", "IMAGE"), new("CreatedSince", "CREATED"), new("CreatedAt", "CREATED AT"), new("CreatedBy", "CREATED BY"), new("Size", "SIZE"), new("Comment", "COMMENT"),
    ];

    public static Command Define() => new("[OPTIONS] IMAGE", "Show the history of an image")
    {
        Min = 1,
        Max = 1,
        Options =
        [
            FormatOption.List(),
            Flag("human", 'H', "Show sizes and times in words") with { Default = "true" },
            Flag("no-trunc", "Do not shorten output"),
            Text("platform", "Choose this platform of an image that has several"),
            Flag("quiet", 'q', "Show IDs only"),
        ],
        Run = Run,
        Completes = Completion.Images,
        Paths = ["image history", "history"],
    };

    private static int Run(Invocation call)
    {
        var path = new Query($"/images/{Query.Segment(call.Args[0])}/history").AddIf("platform", PlatformOption.JsonOf(call.Text("platform"))).ToString();
        using var json = call.Engine.GetJson(path);
        var (full, human) = (call.Flag("no-trunc"), call.Flag("human"));
        var rows = json.RootElement.EnumerateArray().Select(item => new Row("*image.historyContext", Columns, name =>
        {
            var created = DateTimeOffset.FromUnixTimeSeconds(item.Int("Created"));
            var at = TimeZoneInfo.ConvertTime(created, TimeZoneInfo.Local) is var local && local.Offset == TimeSpan.Zero
                ? local.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : local.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
            return name switch
            {
                "ID" => full ? item.Text("Id") : Ellipsis.ShortId(item.Text("Id")),
                "CreatedSince" => item.Int("Created") <= 0 ? "N/A" : human ? HumanTime.Ago(created) : at,
                "CreatedAt" => item.Int("Created") <= 0 ? "N/A" : at,
                "CreatedBy" => item.Text("CreatedBy").Replace('\t', ' ') is var by && full ? by : Ellipsis.Cut(by, CreatedByLength),
                "Size" => human ? ByteSize.Human(item.Int("Size")) : item.Int("Size").ToString(CultureInfo.InvariantCulture),
                "Comment" => item.Text("Comment"),
                _ => "",
            };
        }));
        var format = call.Text("format");
        if (call.Flag("quiet") && ListPrinter.IsTable(format))
        {
            foreach (var row in rows)
            {
                call.Out.Write(row.Value("ID") + "\n");
            }
            return 0;
        }
        ListPrinter.Print(call.Out, format, @"{{.ID}}\t" + (human ? "{{.CreatedSince}}" : "{{.CreatedAt}}") + @"\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}", Columns, rows);
        return 0;
    }
}
