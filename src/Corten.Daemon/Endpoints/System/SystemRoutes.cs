using Corten.Daemon.Http;
using Corten.EngineApi.Events;

namespace Corten.Daemon.Endpoints.System;

/// <summary>What is served about the engine itself.</summary>
internal static class SystemRoutes
{
    public static void Add(RouteTable routes, EngineIdentity identity, Ping ping, Info info, DiskUsageEndpoint usage, EventLog events)
    {
        routes.Get("/_ping", ping.ServeAsync);
        routes.Head("/_ping", ping.ServeAsync);
        routes.Get("/version", new Version(identity).ServeAsync);
        routes.Get("/info", info.ServeAsync);
        routes.Get("/system/df", usage.ServeAsync);
        routes.Get("/events", new Events(events, TimeProvider.System).ServeAsync);
    }
}
