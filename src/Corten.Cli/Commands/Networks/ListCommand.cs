using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Networks;

/// <summary>Lists networks.</summary>
internal static class ListCommand
{
    private static readonly Column[] Columns =
    [
        new("ID", "NETWORK ID"), new("Name", "NAME"), new("Driver", "DRIVER"), new("Scope", "SCOPE"), new("IPv4", "IPV4"), new("IPv6", "IPV6"),
        new("Internal", "INTERNAL"), new("Labels", "LABELS"), new("CreatedAt", "CREATED AT"),
    ];

    public static Command Define() => new("[OPTIONS]", "List networks")
    {
        Max = 0,
        Options = [Filter("Conditions that networks must meet (such as \"driver=bridge\")"), FormatOption.List(), Flag("no-trunc", "Do not shorten output"), Flag("quiet", 'q', "Show IDs only")],
        Run = Run,
        Paths = ["network ls", "network list"],
    };

    private static int Run(Invocation call)
    {
        using var json = call.Engine.GetJson(new Query("/networks").AddIf("filters", Filters.Of(call)).ToString());
        var full = call.Flag("no-trunc");
        var rows = json.RootElement.EnumerateArray().OrderBy(static item => item.Text("Name"), NaturalOrder.Instance).Select(item => Row(item, full));
        var format = call.Text("format") is { Length: > 0 } given ? given : call.Flag("quiet") ? "" : call.Config.Text("networksFormat");
        if (call.Flag("quiet") && ListPrinter.IsTable(format))
        {
            foreach (var row in rows)
            {
                call.Out.Write(row.Value("ID") + "\n");
            }
            return 0;
        }
        ListPrinter.Print(call.Out, format, @"{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}", Columns, rows);
        return 0;
    }

    private static Row Row(JsonElement item, bool full) => new("*network.networkContext", Columns, name => name switch
    {
        "ID" => full ? item.Text("Id") : Ellipsis.ShortId(item.Text("Id")),
        "Name" or "Driver" or "Scope" => item.Text(name),
        "IPv4" => Word(item.Flag("EnableIPv4")),
        "IPv6" => Word(item.Flag("EnableIPv6")),
        "Internal" => Word(item.Flag("Internal")),
        "Labels" => Labels.Joined(item),
        "CreatedAt" => TimeWords.Words(item.Text("Created")),
        _ => Labels.Value(item, name),
    });

    private static string Word(bool value) => value ? "true" : "false";
}
