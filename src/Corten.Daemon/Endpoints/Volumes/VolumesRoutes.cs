using Corten.Daemon.Endpoints.Volumes.Content;
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

        // Ours: they never change what Docker's show.
        routes.Get("/corten/volumes", new Sizes(volumes).ServeAsync);
        routes.Get("/corten/volumes/{name}/archive", new Export(volumes).ServeAsync);
        routes.Put("/corten/volumes/{name}/archive", new Import(volumes).ServeAsync);
        routes.Post("/corten/volumes/{name}/clone", new Clone(volumes).ServeAsync);
        routes.Post("/corten/volumes/{name}/snapshot", new Snapshot(volumes).ServeAsync);
    }
}
