using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Images;

/// <summary>Writes images as a tar archive.</summary>
internal static class SaveCommand
{
    public static Command Define() => new("[OPTIONS] IMAGE [IMAGE...]", "Save one or more images to a tar archive (streamed to STDOUT by default)")
    {
        Min = 1,
        Options =
        [
            Text("output", 'o', "Write to a file, instead of STDOUT"),
            Text("platform", "Save this platform only"),
        ],
        Run = Run,
        Completes = Completion.Images,
        Paths = ["image save", "save"],
    };

    private static int Run(Invocation call)
    {
        var query = new Query("/images/get");
        foreach (var name in call.Args)
        {
            query.Add("names", name);
        }
        query.AddIf("platform", PlatformOption.JsonOf(call.Text("platform")));
        using var target = StreamTarget.Open(call, "output", "save image");
        using var response = call.Engine.Send(new EngineRequest("GET", query.ToString()));
        target.CopyFrom(response.Body);
        return 0;
    }
}
