using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Images;

/// <summary><c>--platform</c>, as the text or the JSON object that an endpoint takes.</summary>
internal static class PlatformOption
{
    public static string Text(Invocation call)
        => call.Text("platform") is { Length: > 0 } given ? given : Environment.GetEnvironmentVariable("DOCKER_DEFAULT_PLATFORM") ?? "";

    /// <returns>Empty when no platform was given.</returns>
    public static string JsonOf(string text)
    {
        if (text.Length == 0)
        {
            return "";
        }
        var platform = Platform.Parse(text);
        return Json.Compact(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("architecture", platform.Architecture);
            writer.WriteString("os", platform.Os);
            if (platform.Variant is { Length: > 0 } variant)
            {
                writer.WriteString("variant", variant);
            }
            writer.WriteEndObject();
        });
    }
}
