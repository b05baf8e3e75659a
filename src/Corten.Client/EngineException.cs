using System.Net;
using Corten.Oci.Errors;

namespace Corten.Client;

/// <summary>The daemon refused a request. The message is its own.</summary>
public sealed class EngineException(HttpStatusCode status, string message) : CortenException(KindOf(status), message)
{
    public HttpStatusCode Status { get; } = status;

    private static ErrorKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => ErrorKind.InvalidArgument,
        HttpStatusCode.Unauthorized => ErrorKind.Unauthorized,
        HttpStatusCode.Forbidden => ErrorKind.Forbidden,
        HttpStatusCode.NotFound => ErrorKind.NotFound,
        HttpStatusCode.NotModified => ErrorKind.NotModified,
        HttpStatusCode.Conflict => ErrorKind.Conflict,
        HttpStatusCode.NotImplemented => ErrorKind.NotImplemented,
        HttpStatusCode.ServiceUnavailable => ErrorKind.Unavailable,
        _ => ErrorKind.Internal,
    };
}
