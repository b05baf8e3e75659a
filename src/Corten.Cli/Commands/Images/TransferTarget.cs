using Corten.Cli.Grammar;
using Corten.Cli.Shell;
using Corten.Oci.Image;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Images;

/// <summary>What pull and push have in common: their options, and which image of a repository is meant.</summary>
internal static class TransferTarget
{
    /// <param name="all">What <c>--all-tags</c> does.</param>
    /// <param name="trust">What <c>--disable-content-trust</c> does.</param>
    /// <param name="platform">What <c>--platform</c> does.</param>
    public static Option[] Options(string all, string trust, string platform) =>
    [
        Flag("all-tags", 'a', all),
        Flag("disable-content-trust", trust) with { Default = "true" },
        Text("platform", platform),
        Flag("quiet", 'q', "Do not show progress"),
    ];

    /// <summary>The image that the argument names: <c>latest</c> unless it says otherwise, or with neither tag nor digest for all tags.</summary>
    public static ImageReference Of(Invocation call)
    {
        var named = ImageReference.Parse(call.Args[0]);
        var bare = named.Tag is null && named.Digest.IsEmpty;
        if (call.Flag("all-tags"))
        {
            return bare ? named : throw new CommandException("tag can't be used with --all-tags/-a");
        }
        if (bare && !call.Flag("quiet"))
        {
            call.Out.Write($"Using default tag: {ImageReference.DefaultTag}\n");
        }
        return named.WithDefaultTag();
    }
}
