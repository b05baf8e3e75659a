using Corten.Build.Dockerfile.Expansion;
using Corten.Oci.Errors;

namespace Corten.Build.Execution;

/// <summary>A source of COPY or ADD is not there; the message is BuildKit's.</summary>
/// <param name="path">The source, from the root of its tree.</param>
public sealed class SourceMissingException(string path)
    : CortenException(ErrorKind.NotFound, $"failed to compute cache key: failed to calculate checksum of ref: {GoText.Quote(path)}: not found")
{
    public string Path { get; } = path;
}
