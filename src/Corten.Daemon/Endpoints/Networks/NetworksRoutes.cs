using Corten.Containers;
using Corten.Daemon.Http;
using Corten.Networks;

namespace Corten.Daemon.Endpoints.Networks;

/// <summary>What is served about networks.</summary>
internal static class NetworksRoutes
{
    public static void Add(RouteTable routes, NetworkService networks, ContainerService containers)
    {
        var list = new List(networks);
        routes.Get("/networks", list.ServeAsync);
        routes.Get("/networks/", list.ServeAsync);
        routes.Post("/networks/{id*}/connect", new Connect(containers).ServeAsync);
        routes.Post("/networks/{id*}/disconnect", new Disconnect(containers).ServeAsync);
        routes.Get("/networks/{id*}", new Inspect(networks).ServeAsync);
        routes.Post("/networks/create", new Create(networks).ServeAsync);
        routes.Post("/networks/prune", new Prune(networks).ServeAsync);
        routes.Delete("/networks/{id*}", new Remove(networks).ServeAsync);
    }
}
