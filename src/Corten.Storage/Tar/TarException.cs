using Corten.Oci.Errors;

namespace Corten.Storage.Tar;

/// <summary>The archive is damaged, truncated, or beyond a bound.</summary>
public sealed class TarException(string message) : CortenException(ErrorKind.InvalidArgument, message);
