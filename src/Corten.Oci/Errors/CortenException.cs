namespace Corten.Oci.Errors;

/// <summary>
/// The root of every failure that a user may see. The message names the thing, what was wrong with it and, where there is
/// something to do, what to do; where Docker has words for the case they are Docker's, since clients match them.
/// </summary>
public class CortenException : Exception
{
    public CortenException(ErrorKind kind, string message, Exception? inner = null) : base(message, inner) => Kind = kind;

    public ErrorKind Kind { get; }

    public static CortenException Invalid(string message, Exception? inner = null) => new(ErrorKind.InvalidArgument, message, inner);

    public static CortenException NotFound(string message) => new(ErrorKind.NotFound, message);

    public static CortenException Conflict(string message) => new(ErrorKind.Conflict, message);

    public static CortenException Forbidden(string message) => new(ErrorKind.Forbidden, message);

    public static CortenException NotModified(string message) => new(ErrorKind.NotModified, message);

    public static CortenException Unavailable(string message, Exception? inner = null) => new(ErrorKind.Unavailable, message, inner);

    public static CortenException NotImplemented(string message) => new(ErrorKind.NotImplemented, message);

    public static CortenException Internal(string message, Exception? inner = null) => new(ErrorKind.Internal, message, inner);
}
