using Corten.Cli.Grammar;
using Corten.Cli.Shell;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Manifests;

/// <summary>The commands of lists of manifests, and what they have in common.</summary>
internal static class ManifestCommands
{
    public static Option Insecure => Option.Flag("insecure", "Talk to a registry without TLS, or with a certificate that nobody knows");

    public static Entry[] Entries() =>
    [
        new("annotate", AnnotateCommand.Define), new("create", CreateCommand.Define), new("inspect", InspectCommand.Define),
        new("push", PushCommand.Define), new("rm", RemoveCommand.Define),
    ];

    /// <param name="text">What was typed.</param>
    /// <param name="what">What it should name, for the message.</param>
    public static ImageReference Name(string text, string what)
    {
        try
        {
            return ImageReference.Parse(text).WithDefaultTag();
        }
        catch (CortenException failure)
        {
            throw new CommandException($"error parsing name for {what} {text}: {failure.Message}");
        }
    }

    /// <summary>What a registry is asked for to get this image.</summary>
    public static string TagOrDigest(ImageReference image) => image.Digest.IsEmpty ? image.Tag! : image.Digest.ToString();

    public static bool IsList(string mediaType) => mediaType is MediaTypes.OciIndex or MediaTypes.DockerManifestList;
}
