using Corten.Cli.Grammar;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Images;

/// <summary>Fetches an image from its registry.</summary>
internal static class PullCommand
{
    public static Command Define() => new("[OPTIONS] NAME[:TAG|@DIGEST]", "Download an image from a registry")
    {
        Min = 1,
        Max = 1,
        Options = TransferTarget.Options("Fetch every tag of the repository", "Skip image verification", "Choose this platform of an image that has several"),
        Run = Run,
        Completes = Completion.Nothing,
        Paths = ["image pull", "pull"],
    };

    private static int Run(Invocation call)
    {
        var image = TransferTarget.Of(call);
        ImagePuller.Pull(call, image, PlatformOption.Text(call), call.Flag("quiet") ? TextWriter.Null : call.Out, call.Session.OutIsTerminal);
        call.Out.Write(image + "\n");
        return 0;
    }
}
