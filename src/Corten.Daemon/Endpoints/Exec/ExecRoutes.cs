using Corten.Containers;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Exec;

/// <summary>What is served about processes that are added to containers.</summary>
internal static class ExecRoutes
{
    public static void Add(RouteTable routes, ContainerService containers)
    {
        routes.Post("/containers/{id*}/exec", new Create(containers).ServeAsync);
        routes.Post("/exec/{id*}/start", new Start(containers).ServeAsync);
        routes.Get("/exec/{id*}/json", new Inspect(containers).ServeAsync);
        routes.Post("/exec/{id*}/resize", new Resize(containers).ServeAsync);
    }
}
