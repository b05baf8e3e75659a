using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Swarm;

/// <summary>
/// Swarms, nodes, services, tasks, secrets and configs: answered as an engine that is in no swarm answers. More than one machine is other
/// engines' job (docs/compatibility.md).
/// </summary>
internal static class SwarmRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Get("/swarm", NotAManager);
        routes.Post("/swarm/init", Cluster.InitAsync);
        routes.Post("/swarm/join", Cluster.JoinAsync);
        routes.Post("/swarm/leave", _ => throw CortenException.Unavailable("This node is not part of a swarm"));
        routes.Post("/swarm/update", WithVersion("swarm"));
        routes.Get("/swarm/unlockkey", NotAManager);
        routes.Post("/swarm/unlock", NotAManager);
        foreach (var kind in (string[])["node", "service", "secret", "config"])
        {
            routes.Get($"/{kind}s", NotAManager);
            routes.Post($"/{kind}s/create", NotAManager);
            routes.Get($"/{kind}s/{{id}}", NotAManager);
            routes.Delete($"/{kind}s/{{id}}", NotAManager);
            routes.Post($"/{kind}s/{{id}}/update", WithVersion(kind));
        }

        routes.Get("/services/{id}/logs", Logs);
        routes.Get("/tasks", NotAManager);
        routes.Get("/tasks/{id}", NotAManager);
        routes.Get("/tasks/{id}/logs", Logs);
    }

    private static Task NotAManager(RequestContext context) => throw NoSwarm.NotAManager();

    /// <summary>The parameter <c>version</c> is looked at before anything else.</summary>
    private static RequestHandler WithVersion(string kind) => context =>
    {
        var version = context.Query.Text("version");
        throw ulong.TryParse(version, out _)
            ? NoSwarm.NotAManager()
            : CortenException.Invalid($"invalid {kind} version '{version}': strconv.ParseUint: parsing \"{version}\": invalid syntax");
    };

    private static Task Logs(RequestContext context) => throw (context.Query.Bool("stdout") || context.Query.Bool("stderr")
        ? NoSwarm.NotAManager()
        : CortenException.Internal("Bad parameters: you must choose at least one stream"));
}
