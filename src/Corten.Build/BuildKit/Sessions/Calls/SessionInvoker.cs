using Corten.Build.BuildKit.Sessions.Http2;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions.Calls;

/// <summary>What the generated clients call: gRPC over a session's connection.</summary>
internal sealed class SessionInvoker(Http2Client connection) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        SessionCall<TRequest, TResponse>.Begin(connection, method, options).AskAsync(request).GetAwaiter().GetResult();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = SessionCall<TRequest, TResponse>.Begin(connection, method, options);
        return new AsyncUnaryCall<TResponse>(call.AskAsync(request), HeadersOf, StatusOf, TrailersOf, Dispose, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = SessionCall<TRequest, TResponse>.Begin(connection, method, options);
        call.SendOnly(request);
        return new AsyncServerStreamingCall<TResponse>(call, HeadersOf, StatusOf, TrailersOf, Dispose, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = SessionCall<TRequest, TResponse>.Begin(connection, method, options);
        connection.Flush();
        return new AsyncClientStreamingCall<TRequest, TResponse>(call, call.AnswerAsync(), HeadersOf, StatusOf, TrailersOf, Dispose, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = SessionCall<TRequest, TResponse>.Begin(connection, method, options);
        connection.Flush();
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(call, call, HeadersOf, StatusOf, TrailersOf, Dispose, call);
    }

    private static Task<Metadata> HeadersOf(object call) => ((ISessionCall)call).HeadersAsync();

    private static Status StatusOf(object call) => ((ISessionCall)call).Outcome.Status;

    private static Metadata TrailersOf(object call) => ((ISessionCall)call).Outcome.Trailers;

    private static void Dispose(object call) => ((ISessionCall)call).Dispose();
}
