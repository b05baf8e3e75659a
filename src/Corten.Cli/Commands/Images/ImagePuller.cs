using Corten.Cli.Config;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Images;

/// <summary>Asks the engine to fetch an image, with the credentials that we have for its registry.</summary>
internal static class ImagePuller
{
    /// <param name="image">With a tag or a digest; with neither, all tags.</param>
    public static void Pull(Invocation call, ImageReference image, string platform, TextWriter output, bool terminal)
    {
        var tag = image.Digest.IsEmpty ? image.Tag : image.Digest.ToString();
        var path = new Query("/images/create").Add("fromImage", image.Repository).AddIf("platform", platform).AddIf("tag", tag).ToString();
        using var response = call.Engine.Send(new EngineRequest("POST", path) { Headers = [RegistryAuth.Header(call, image)] });
        new ProgressPrinter(output, terminal, call.Session.Width).Run(response.Body);
    }
}
