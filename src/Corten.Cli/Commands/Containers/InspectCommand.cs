using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Templates;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Shows all that the engine knows of containers.</summary>
internal static class InspectCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER [CONTAINER...]", "Display detailed information on one or more containers")
    {
        Min = 1,
        Options = [FormatOption.Inspect(), Flag("size", 's', "Show the containers' sizes")],
        Run = static call => Inspector.Print(call, call.Args, name => (Find(call.Engine, name, call.Flag("size")), InspectTypes.Container)),
        Completes = Completion.Containers,
        Paths = ["container inspect"],
    };

    public static JsonElement Find(EngineClient engine, string name, bool size)
    {
        using var json = engine.GetJson(new Query($"/containers/{Query.Segment(name)}/json").AddIf("size", size).ToString());
        return json.RootElement.Clone();
    }
}
