using Corten.Cli.Grammar;

namespace Corten.Cli.Shell;

/// <summary>
/// Docker's content trust (Notary) is not spoken. Whoever asks for it, by <c>--disable-content-trust=false</c> or DOCKER_CONTENT_TRUST, is refused: an image
/// that nobody verified must not pass for one that somebody did.
/// </summary>
internal static class Trust
{
    public static void Refuse(Command command, Arguments given)
    {
        if (command.Find("disable-content-trust") is null)
        {
            return;
        }
        var isAsked = given.Has("disable-content-trust") ? !given.Flag("disable-content-trust") : IsOn(Environment.GetEnvironmentVariable("DOCKER_CONTENT_TRUST"));
        if (isAsked)
        {
            throw new CommandException("content trust is not supported: signatures of images are not verified", command.EngineFailure);
        }
    }

    /// <summary>As the reference client reads the variable: anything but a plain no is a yes.</summary>
    private static bool IsOn(string? value) => value is { Length: > 0 } and not ("0" or "f" or "F" or "false" or "FALSE" or "False");
}
