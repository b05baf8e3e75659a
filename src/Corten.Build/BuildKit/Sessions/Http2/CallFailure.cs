using Corten.EngineApi.Http2;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions.Http2;

/// <summary>Why a call ended otherwise than by its trailers.</summary>
/// <param name="Status">What gRPC calls it.</param>
/// <param name="Cancelled">Whoever gave the call up; <see cref="CancellationToken.None"/> if nobody did.</param>
internal sealed record CallFailure(Status Status, CancellationToken Cancelled = default)
{
    public static CallFailure Unavailable(string text) => new(new Status(StatusCode.Unavailable, text));

    /// <summary>The other side reset the stream; the codes are those of gRPC's mapping (PROTOCOL-HTTP2, "Errors").</summary>
    public static CallFailure OfReset(Http2Error error) => new(new Status(
        error switch
        {
            Http2Error.RefusedStream => StatusCode.Unavailable,
            Http2Error.Cancel => StatusCode.Cancelled,
            Http2Error.EnhanceYourCalm => StatusCode.ResourceExhausted,
            Http2Error.InadequateSecurity => StatusCode.PermissionDenied,
            _ => StatusCode.Internal,
        },
        $"stream terminated by RST_STREAM with error code: {error}"));

    public Exception ToException() => Cancelled.IsCancellationRequested ? new OperationCanceledException(Cancelled) : new RpcException(Status);
}
