using System.Globalization;
using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Volumes;

/// <summary>Lists volumes; with <c>--size</c>, which Docker's client does not have, what each takes on disk.</summary>
internal static class ListCommand
{
    public static readonly Column[] Columns =
    [
        new("Name", "VOLUME NAME"), new("Driver", "DRIVER"), new("Scope", "SCOPE"), new("Mountpoint", "MOUNTPOINT"), new("Labels", "LABELS"), new("Links", "LINKS"),
        new("Size", "SIZE"), new("Group", "GROUP"), new("Availability", "AVAILABILITY"), new("Status", "STATUS"),
    ];

    public static Command Define() => new("[OPTIONS]", "List volumes")
    {
        Max = 0,
        Options =
        [
            Flag("cluster", "Show cluster volumes only (swarm)") with { Hidden = true },
            Filter("Conditions that volumes must meet (such as \"dangling=true\")"),
            FormatOption.List(),
            Flag("quiet", 'q', "Show names only"),
            Flag("size", 's', "Show what each volume takes on disk"),
        ],
        Run = Run,
        Paths = ["volume ls", "volume list"],
    };

    private static int Run(Invocation call)
    {
        using var json = call.Engine.GetJson(new Query("/volumes").AddIf("filters", Filters.Of(call)).ToString());
        using var usage = call.Flag("size") ? call.Engine.GetJson("/system/df?type=volume") : null;
        var sizes = usage?.RootElement.Items("Volumes").ToDictionary(static item => item.Text("Name"), static item => item.Get("UsageData"));
        var rows = json.RootElement.Items("Volumes").OrderBy(static item => item.Text("Name"), NaturalOrder.Instance)
            .Select(item => Row(item, sizes?.GetValueOrDefault(item.Text("Name")) ?? item.Get("UsageData")));
        var format = call.Text("format") is { Length: > 0 } given ? given : call.Flag("quiet") ? "" : call.Config.Text("volumesFormat");
        if (call.Flag("quiet") && ListPrinter.IsTable(format))
        {
            foreach (var row in rows)
            {
                call.Out.Write(row.Value("Name") + "\n");
            }
            return 0;
        }
        ListPrinter.Print(call.Out, format, @"{{.Driver}}\t{{.Name}}" + (call.Flag("size") ? @"\t{{.Size}}" : ""), Columns, rows);
        return 0;
    }

    public static Row Row(JsonElement item, JsonElement usage) => new("*formatter.volumeContext", Columns, name => name switch
    {
        "Name" or "Driver" or "Scope" or "Mountpoint" => item.Text(name),
        "Labels" => Labels.Joined(item),
        "Links" => usage.ValueKind == JsonValueKind.Object ? usage.Int("RefCount").ToString(CultureInfo.InvariantCulture) : "N/A",
        "Size" => usage.ValueKind == JsonValueKind.Object && usage.Int("Size") >= 0 ? ByteSize.Human(usage.Int("Size"), 4) : "N/A",
        "Group" or "Availability" or "Status" => "N/A",
        _ => Labels.Value(item, name),
    });
}
