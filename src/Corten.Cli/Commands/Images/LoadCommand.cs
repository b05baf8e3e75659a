using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Images;

/// <summary>Takes in the images of an archive.</summary>
internal static class LoadCommand
{
    public static Command Define() => new("[OPTIONS]", "Load an image from a tar archive or STDIN")
    {
        Max = 0,
        Options =
        [
            Text("input", 'i', "Read from a tar archive, instead of STDIN"),
            Text("platform", "Load this platform only"),
            Flag("quiet", 'q', "Do not show progress"),
        ],
        Run = Run,
        Completes = Completion.Nothing,
        Paths = ["image load", "load"],
    };

    private static int Run(Invocation call)
    {
        var file = call.Text("input");
        if (file.Length == 0 && call.Session.InIsTerminal)
        {
            throw new CommandException("requested load from stdin, but stdin is empty");
        }
        using var source = file.Length == 0 ? call.Session.In : SourceFile.Open(file);
        var quiet = call.Flag("quiet") || !call.Session.OutIsTerminal;
        var path = new Query("/images/load").AddIf("platform", PlatformOption.JsonOf(call.Text("platform"))).Add("quiet", quiet ? "1" : "0").ToString();
        using var response = call.Engine.Send(new EngineRequest("POST", path) { ContentType = "application/x-tar", WriteBody = body => source.CopyTo(body, 64 << 10) });
        if (response.Header("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) == true)
        {
            new ProgressPrinter(call.Out, call.Session.OutIsTerminal, call.Session.Width).Run(response.Body);
        }
        else
        {
            call.Out.Flush();
            response.Body.CopyTo(call.Session.OutBytes);
        }
        return 0;
    }
}
