using Corten.Client.Http2;

namespace Corten.Client.Grpc;

/// <summary>Serves one method: reads messages of the call, sends others; what it throws is the call's end.</summary>
public delegate void GrpcMethod(GrpcCall call);

/// <summary>Our side of a connection over which an engine calls us.</summary>
public sealed class GrpcServer
{
    private readonly Dictionary<string, GrpcMethod> methods = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The paths that are served.</summary>
    public IEnumerable<string> Methods => methods.Keys;

    /// <param name="path"><c>/package.Service/Method</c>; in any case, as BuildKit's clients write it.</param>
    /// <param name="method">Called on a thread of its own for each call.</param>
    public void Add(string path, GrpcMethod method) => methods.Add(path, method);

    /// <summary>A method of one message each way.</summary>
    public void AddUnary(string path, Func<byte[], byte[]> method) => Add(path, call => call.Send(method(call.Receive() ?? [])));

    /// <summary>What an <see cref="Http2Connection"/> hands its calls to.</summary>
    public void Serve(Http2Stream stream)
    {
        using var call = GrpcCall.Serving(stream);
        try
        {
            var path = stream.Headers.FirstOrDefault(h => h.Name == ":path").Value ?? "";
            call.Answer();
            var (code, message) = Run(path, call);
            call.Finish(code, message);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException or ObjectDisposedException)
        {
            // The caller gave up, or the connection is gone: nobody is left to answer.
        }
    }

    private (int Code, string Message) Run(string path, GrpcCall call)
    {
        if (!methods.TryGetValue(path, out var method))
        {
            return (GrpcStatus.Unimplemented, $"unknown method {path}");
        }
        try
        {
            method(call);
            return (GrpcStatus.Ok, "");
        }
        catch (GrpcException e)
        {
            return (e.Code, e.Message);
        }
        catch (Exception e) when (e is not (InvalidDataException or OperationCanceledException or ObjectDisposedException))
        {
            return (GrpcStatus.Unknown, e.Message);
        }
    }
}
