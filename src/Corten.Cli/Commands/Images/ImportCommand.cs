using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Oci.Image;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Images;

/// <summary>Makes an image of one layer of a tar archive.</summary>
internal static class ImportCommand
{
    public static Command Define() => new("[OPTIONS] file|URL|- [REPOSITORY[:TAG]]", "Import the contents from a tarball to create a filesystem image")
    {
        Min = 1,
        Options =
        [
            List("change", 'c', "Apply a Dockerfile instruction to the image"),
            Text("message", 'm', "Message of the image's history"),
            Text("platform", "Platform of the image"),
        ],
        Run = Run,
        Completes = Completion.Files,
        Paths = ["image import", "import"],
    };

    private static int Run(Invocation call)
    {
        var from = call.Args[0];
        var remote = from != "-" && from.Contains("://", StringComparison.Ordinal);
        using var source = remote ? null : from == "-" ? call.Session.In : SourceFile.Open(from);
        var reference = call.Args.Count > 1 ? call.Args[1] : "";
        if (reference.Length > 0)
        {
            ImageReference.Parse(reference);
        }
        var query = new Query("/images/create");
        foreach (var change in call.List("change"))
        {
            query.Add("changes", change);
        }
        query.Add("fromSrc", remote ? from : "-").AddIf("message", call.Text("message")).AddIf("platform", PlatformOption.Text(call)).AddIf("repo", reference);
        var request = new EngineRequest("POST", query.ToString()) { ContentType = "application/x-tar", WriteBody = source is null ? null : body => source.CopyTo(body, 64 << 10) };
        using var response = call.Engine.Send(request);
        new ProgressPrinter(call.Out, call.Session.OutIsTerminal, call.Session.Width).Run(response.Body);
        return 0;
    }
}
