using Corten.Daemon.BuildKit;
using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Build;

/// <summary><c>POST /session</c>: from here on the client is the gRPC server, and builds call it.</summary>
internal sealed class Session(BuildSessions sessions)
{
    private const string Prefix = "X-Docker-Expose-Session-";

    public async Task ServeAsync(RequestContext context)
    {
        if (!context.WantsUpgrade)
        {
            throw CortenException.Invalid("no upgrade proto in request");
        }

        var id = context.Header(Prefix + "Uuid");
        if (id.Length == 0)
        {
            throw CortenException.Invalid($"the header {Prefix}Uuid is missing");
        }

        var methods = context.Http.Request.Headers[Prefix + "Grpc-Method"].SelectMany(m => m?.Split(',') ?? []).Select(m => m.Trim()).ToHashSet();
        var (name, key) = (context.Header(Prefix + "Name"), context.Header(Prefix + "Sharedkey"));
        await using var stream = await context.HijackAsync(contentType: null, context.Header("Upgrade"));
        using var session = new BuildSession(id, name, key, methods, stream, stream.Gone);
        using var known = sessions.Add(session);
        await Task.Delay(Timeout.Infinite, stream.Gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
