using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Oci.Image;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Images;

/// <summary>Fetches an image from its registry.</summary>
internal static class PullCommand
{
    public static Command Define() => new("[OPTIONS] NAME[:TAG|@DIGEST]", "Download an image from a registry")
    {
        Min = 1,
        Max = 1,
        Options =
        [
            Flag("all-tags", 'a', "Fetch every tag of the repository"),
            Flag("disable-content-trust", "Skip image verification") with { Default = "true", Hidden = true },
            Text("platform", "Choose this platform of an image that has several"),
            Flag("quiet", 'q', "Do not show progress"),
        ],
        Run = Run,
        Completes = Completion.Nothing,
        Paths = ["image pull", "pull"],
    };

    private static int Run(Invocation call)
    {
        var named = ImageReference.Parse(call.Args[0]);
        var all = call.Flag("all-tags");
        var bare = named.Tag is null && named.Digest.IsEmpty;
        if (all && !bare)
        {
            throw new CommandException("tag can't be used with --all-tags/-a");
        }
        var quiet = call.Flag("quiet");
        var image = all ? named : named.WithDefaultTag();
        if (bare && !all && !quiet)
        {
            call.Out.Write($"Using default tag: {ImageReference.DefaultTag}\n");
        }
        ImagePuller.Pull(call, image, PlatformOption.Text(call), quiet ? TextWriter.Null : call.Out, call.Session.OutIsTerminal);
        call.Out.Write(image + "\n");
        return 0;
    }
}
