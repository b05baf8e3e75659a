using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.System;

/// <summary>What is served about the engine itself.</summary>
internal static class SystemRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Get("/_ping", Ping.ServeAsync);
        routes.Head("/_ping", Ping.ServeAsync);
    }
}
