namespace Corten.Client.Grpc;

/// <summary>The status codes of gRPC that are told apart here.</summary>
public static class GrpcStatus
{
    public const int Ok = 0;
    public const int Cancelled = 1;
    public const int Unknown = 2;
    public const int InvalidArgument = 3;
    public const int NotFound = 5;
    public const int AlreadyExists = 6;
    public const int Unimplemented = 12;
    public const int Unavailable = 14;
}

/// <summary>A call failed, or a service of ours wants one to.</summary>
/// <param name="code">One of <see cref="GrpcStatus"/>.</param>
/// <param name="message">The other side's words.</param>
/// <param name="details">The message <c>google.rpc.Status</c>, where there is one.</param>
public sealed class GrpcException(int code, string message, byte[]? details = null) : Exception(message)
{
    public int Code => code;

    public byte[]? Details => details;
}
