using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Contexts;

/// <summary>An image that a build needs is not here and can't be pulled; the message is BuildKit's.</summary>
/// <param name="name">The image.</param>
/// <param name="cause">What the pull said.</param>
public sealed class ImageUnresolvedException(ImageReference name, CortenException cause)
    : CortenException(cause.Kind, $"failed to resolve source metadata for {name}: {ReasonOf(name, cause)}", cause)
{
    /// <summary>In the words of <c>docker pull</c>.</summary>
    public CortenException Cause { get; } = cause;

    /// <summary>What the look-up's line in the progress says.</summary>
    public string Reason { get; } = ReasonOf(name, cause);

    private static string ReasonOf(ImageReference name, CortenException cause) =>
        cause.Kind == ErrorKind.NotFound && cause.Message.StartsWith("manifest for ", StringComparison.Ordinal) ? $"{name}: not found"
        : cause.Kind == ErrorKind.Unavailable || cause.Message.StartsWith("Get \"", StringComparison.Ordinal) ? $"failed to do request: {cause.Message}"
        : cause.Message;
}
