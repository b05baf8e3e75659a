using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Templates;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Images;

/// <summary>Shows all that the engine knows of images.</summary>
internal static class InspectCommand
{
    public static Command Define() => new("[OPTIONS] IMAGE [IMAGE...]", "Display detailed information on one or more images")
    {
        Min = 1,
        Options = [FormatOption.Inspect(), Text("platform", "Choose this platform of an image that has several")],
        Run = static call => Inspector.Print(call, call.Args, name => (Find(call.Engine, name, PlatformOption.JsonOf(call.Text("platform"))), InspectTypes.Image)),
        Completes = Completion.Images,
        Paths = ["image inspect"],
    };

    public static JsonElement Find(EngineClient engine, string name, string platform = "")
    {
        using var json = engine.GetJson(new Query($"/images/{Query.Segment(name)}/json").AddIf("platform", platform).ToString());
        return json.RootElement.Clone();
    }
}
