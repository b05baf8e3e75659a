using Corten.Cli.Grammar;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Images;

/// <summary>Gives an image a further name.</summary>
internal static class TagCommand
{
    public static Command Define() => new("SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE")
    {
        Min = 2,
        Max = 2,
        Run = Run,
        Completes = Completion.Images,
        Paths = ["image tag", "tag"],
    };

    private static int Run(Invocation call)
    {
        ImageReference target;
        try
        {
            target = ImageReference.Parse(call.Args[1]);
        }
        catch (CortenException failure)
        {
            throw new CommandException($"Error parsing reference: {Output.GoQuote.Quote(call.Args[1])} is not a valid repository/tag: {failure.Message}");
        }
        if (!target.Digest.IsEmpty)
        {
            throw new CommandException("refusing to create a tag with a digest reference");
        }
        call.Engine.Do("POST", new Query($"/images/{Query.Segment(call.Args[0])}/tag").Add("repo", target.Repository).Add("tag", target.WithDefaultTag().Tag!).ToString());
        return 0;
    }
}
