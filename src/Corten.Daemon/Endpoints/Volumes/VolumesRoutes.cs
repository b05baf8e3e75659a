using Corten.Daemon.Http;
using Corten.Volumes;

namespace Corten.Daemon.Endpoints.Volumes;

/// <summary>What is served about volumes.</summary>
internal static class VolumesRoutes
{
    public static void Add(RouteTable routes, VolumeService volumes)
    {
        routes.Get("/volumes", new List(volumes).ServeAsync);
        routes.Get("/volumes/{name*}", new Inspect(volumes).ServeAsync);
        routes.Post("/volumes/create", new Create(volumes).ServeAsync);
        routes.Post("/volumes/prune", new Prune(volumes).ServeAsync);
        routes.Put("/volumes/{name*}", Update.ServeAsync);
        routes.Delete("/volumes/{name*}", new Remove(volumes).ServeAsync);
    }
}
