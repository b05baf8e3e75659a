namespace Corten.Oci.Errors;

/// <summary>The closed vocabulary of failures. One map turns a kind into an HTTP status, another into an exit code.</summary>
public enum ErrorKind
{
    /// <summary>A defect of ours or of the machine: HTTP 500.</summary>
    Internal,
    /// <summary>The caller's input is wrong: HTTP 400.</summary>
    InvalidArgument,
    /// <summary>Credentials are missing or wrong: HTTP 401.</summary>
    Unauthorized,
    /// <summary>The operation is refused whoever asks: HTTP 403.</summary>
    Forbidden,
    /// <summary>The named object does not exist: HTTP 404.</summary>
    NotFound,
    /// <summary>The object is already in the wanted state: HTTP 304.</summary>
    NotModified,
    /// <summary>The object is in a state, or in use, so that the operation can't be done now: HTTP 409.</summary>
    Conflict,
    /// <summary>The engine has no such function: HTTP 501.</summary>
    NotImplemented,
    /// <summary>A service that is needed does not answer: HTTP 503.</summary>
    Unavailable,
}
