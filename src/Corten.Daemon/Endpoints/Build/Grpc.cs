using Corten.Daemon.BuildKit;
using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Build;

/// <summary><c>POST /grpc</c>: from here on the connection carries HTTP/2, and the engine serves BuildKit's control API on it.</summary>
internal sealed class Grpc(GrpcHost host)
{
    public async Task ServeAsync(RequestContext context)
    {
        if (!context.WantsUpgrade)
        {
            throw CortenException.Internal("no upgrade proto in request");
        }

        await using var stream = await context.HijackAsync(contentType: null, context.Header("Upgrade"));
        try
        {
            await host.ServeAsync(stream, stream.Gone);
        }
        catch (OperationCanceledException) when (stream.Gone.IsCancellationRequested)
        {
            // Clients end it by going away.
        }
    }
}
