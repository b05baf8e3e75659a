using Corten.Build.BuildKit.Sessions;
using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Build;

/// <summary><c>POST /session</c>: from here on the client is the gRPC server, and builds call it.</summary>
internal sealed class Session(SessionRegistry sessions)
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

        var methods = context.Http.Request.Headers[Prefix + "Grpc-Method"].OfType<string>().SelectMany(m => m.Split(',', StringSplitOptions.TrimEntries));
        await using var stream = await context.HijackAsync(contentType: null, context.Header("Upgrade"));
        await using var session = new BuildSession(id, context.Header(Prefix + "Sharedkey"), methods, stream);
        using var open = sessions.Open(session);
        await session.Ended.WaitAsync(stream.Gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
