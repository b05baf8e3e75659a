using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Templates;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Networks;

/// <summary>Shows all that the engine knows of networks.</summary>
internal static class InspectCommand
{
    public static Command Define() => new("[OPTIONS] NETWORK [NETWORK...]", "Display detailed information on one or more networks")
    {
        Min = 1,
        Options = [FormatOption.Inspect(), Flag("verbose", 'v', "Show more, for diagnosis")],
        Run = static call => Inspector.Print(call, call.Args, name => (Find(call.Engine, name, call.Flag("verbose")), InspectTypes.Network)),
        Completes = Completion.Networks,
        Paths = ["network inspect"],
    };

    public static JsonElement Find(EngineClient engine, string name, bool verbose = false)
    {
        using var json = engine.GetJson(new Query($"/networks/{Query.Segment(name)}").AddIf("verbose", verbose ? "true" : "").ToString());
        return json.RootElement.Clone();
    }
}
