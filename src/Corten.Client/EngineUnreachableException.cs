using Corten.Oci.Errors;

namespace Corten.Client;

/// <summary>No daemon answers at the address, or it hung up before it answered.</summary>
public sealed class EngineUnreachableException(string message, bool nobodyListens, Exception? inner = null) : CortenException(ErrorKind.Unavailable, message, inner)
{
    /// <summary>There is no socket, or nobody behind it: starting a daemon may help.</summary>
    public bool NobodyListens { get; } = nobodyListens;
}
