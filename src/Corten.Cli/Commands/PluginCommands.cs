using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands;

/// <summary>Docker's managed plugins: what an engine has can be listed and looked at, switched and removed.</summary>
internal static class PluginCommands
{
    private const int DescriptionLength = 45;

    private static readonly Column[] Columns =
    [
        new("ID", "ID"), new("Name", "NAME"), new("Description", "DESCRIPTION"), new("Enabled", "ENABLED"), new("PluginReference", "PLUGIN REFERENCE"),
    ];

    public static Entry[] Entries() =>
    [
        new("create", PluginTransferCommands.DefineCreate),
        new("disable", () => Verb("disable", "Disable a plugin", [Flag("force", 'f', "Disable a plugin that is in use")])),
        new("enable", () => Verb("enable", "Enable a plugin", [Int("timeout", "Seconds to wait for the plugin") with { Default = "30" }])),
        new("inspect", DefineInspect),
        new("install", PluginTransferCommands.DefineInstall),
        new("ls", DefineList) { Aliases = ["list"] },
        new("push", PluginTransferCommands.DefinePush),
        new("rm", DefineRemove) { Aliases = ["remove"] },
        new("set", PluginTransferCommands.DefineSet),
        new("upgrade", PluginTransferCommands.DefineUpgrade),
    ];

    private static Command Verb(string verb, string summary, Option[] options) => new("[OPTIONS] PLUGIN", summary)
    {
        Min = 1,
        Max = 1,
        Options = options,
        Run = call =>
        {
            var query = new Query($"/plugins/{Query.Segment(call.Args[0])}/{verb}");
            call.Engine.Do("POST", (verb == "enable" ? query.Add("timeout", call.Text("timeout")) : query.AddIf("force", call.Flag("force"))).ToString());
            call.Out.Write(call.Args[0] + "\n");
            return 0;
        },
        Completes = Completion.Nothing,
    };

    private static Command DefineInspect() => new("[OPTIONS] PLUGIN [PLUGIN...]", "Display detailed information on one or more plugins")
    {
        Min = 1,
        Options = [FormatOption.Inspect()],
        Run = static call => Inspector.Print(call, call.Args, name =>
        {
            using var json = call.Engine.GetJson($"/plugins/{Query.Segment(name)}/json");
            return (json.RootElement.Clone(), null);
        }),
    };

    private static Command DefineRemove() => new("[OPTIONS] PLUGIN [PLUGIN...]", "Remove one or more plugins")
    {
        Min = 1,
        Options = [Flag("force", 'f', "Remove plugins that are enabled")],
        Paths = ["plugin rm", "plugin remove"],
        Run = static call => EachName.Run(call, (name, segment) =>
        {
            call.Engine.Do("DELETE", new Query($"/plugins/{segment}").AddIf("force", call.Flag("force")).ToString());
            return name;
        }),
    };

    private static Command DefineList() => new("[OPTIONS]", "List plugins")
    {
        Max = 0,
        Options = [Filter(), FormatOption.List(), Flag("no-trunc", "Do not shorten output"), Flag("quiet", 'q', "Show IDs only")],
        Paths = ["plugin ls", "plugin list"],
        Run = List,
    };

    private static int List(Invocation call)
    {
        using var json = call.Engine.GetJson(new Query("/plugins").AddIf("filters", Filters.Of(call)).ToString());
        var full = call.Flag("no-trunc");
        var rows = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.EnumerateArray().Select(item => Row(item, full)) : [];
        var format = call.Text("format") is { Length: > 0 } given ? given : call.Flag("quiet") ? "" : call.Config.Text("pluginsFormat");
        if (call.Flag("quiet") && ListPrinter.IsTable(format))
        {
            foreach (var row in rows)
            {
                call.Out.Write(row.Value("ID") + "\n");
            }
            return 0;
        }
        ListPrinter.Print(call.Out, format, @"{{.ID}}\t{{.Name}}\t{{.Description}}\t{{.Enabled}}", Columns, rows);
        return 0;
    }

    private static Row Row(JsonElement item, bool full) => new("*formatter.pluginContext", Columns, name => name switch
    {
        "ID" => full ? item.Text("Id") : Ellipsis.ShortId(item.Text("Id")),
        "Name" => item.Text("Name"),
        "Description" => item.Get("Config").Text("Description").Replace('\n', ' ') is var text && full ? text : Ellipsis.Cut(text, DescriptionLength),
        "Enabled" => item.Flag("Enabled"),
        "PluginReference" => item.Text("PluginReference"),
        _ => "",
    });
}
