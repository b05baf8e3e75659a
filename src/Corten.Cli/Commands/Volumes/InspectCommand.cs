using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Templates;
using Corten.Client;

namespace Corten.Cli.Commands.Volumes;

/// <summary>Shows all that the engine knows of volumes.</summary>
internal static class InspectCommand
{
    public static Command Define() => new("[OPTIONS] VOLUME [VOLUME...]", "Display detailed information on one or more volumes")
    {
        Min = 1,
        Options = [FormatOption.Inspect()],
        Run = static call => Inspector.Print(call, call.Args, name => (Find(call.Engine, name), InspectTypes.Volume)),
        Completes = Completion.Volumes,
        Paths = ["volume inspect"],
    };

    public static JsonElement Find(EngineClient engine, string name)
    {
        using var json = engine.GetJson($"/volumes/{Query.Segment(name)}");
        return json.RootElement.Clone();
    }
}
