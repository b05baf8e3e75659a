using Microsoft.AspNetCore.Http;
using Corten.Daemon.Configuration;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.System;

/// <summary><c>GET</c> and <c>HEAD /_ping</c>: whether the engine answers, and from the headers which version it speaks and how it builds.</summary>
internal sealed class Ping(Func<DaemonOptions> options)
{
    public Task ServeAsync(RequestContext context)
    {
        var headers = context.Http.Response.Headers;
        headers["Builder-Version"] = options().Features.GetValueOrDefault("buildkit", true) ? "2" : "1";
        headers["Swarm"] = "inactive";
        headers.CacheControl = "no-cache, no-store, must-revalidate";
        headers.Pragma = "no-cache";
        return context.WriteTextAsync(HttpMethods.IsHead(context.Http.Request.Method) ? "" : "OK");
    }
}
