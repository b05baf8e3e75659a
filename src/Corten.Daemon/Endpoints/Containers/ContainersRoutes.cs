using Corten.Containers;
using Corten.Daemon.Http;
using Corten.Images;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary>What is served about containers.</summary>
internal static class ContainersRoutes
{
    public static void Add(RouteTable routes, ContainerService containers, ImageService images)
    {
        routes.Get("/containers/json", new List(containers).ServeAsync);
        routes.Post("/containers/create", new Create(containers).ServeAsync);
        routes.Post("/containers/prune", new Prune(containers).ServeAsync);
        routes.Get("/containers/{id*}/json", new Inspect(containers).ServeAsync);
        routes.Get("/containers/{id*}/logs", new Logs(containers).ServeAsync);
        routes.Get("/containers/{id*}/top", new Top(containers).ServeAsync);
        routes.Get("/containers/{id*}/stats", new Stats(containers).ServeAsync);
        routes.Get("/containers/{id*}/changes", new Changes(containers).ServeAsync);
        routes.Get("/containers/{id*}/export", new Export(containers).ServeAsync);
        var archive = new Archive(containers);
        routes.Head("/containers/{id*}/archive", archive.StatAsync);
        routes.Get("/containers/{id*}/archive", archive.GetAsync);
        routes.Put("/containers/{id*}/archive", archive.PutAsync);
        routes.Post("/commit", new Commit(containers, images).ServeAsync);
        routes.Post("/containers/{id*}/attach", new Attach(containers).ServeAsync);
        routes.Get("/containers/{id*}/attach/ws", new AttachWebSocket(containers).ServeAsync);
        routes.Post("/containers/{id*}/start", new Start(containers).ServeAsync);
        routes.Post("/containers/{id*}/stop", new Stop(containers).ServeAsync);
        routes.Post("/containers/{id*}/restart", new Restart(containers).ServeAsync);
        routes.Post("/containers/{id*}/kill", new Kill(containers).ServeAsync);
        routes.Post("/containers/{id*}/pause", new Pause(containers).ServeAsync);
        routes.Post("/containers/{id*}/unpause", new Unpause(containers).ServeAsync);
        routes.Post("/containers/{id*}/rename", new Rename(containers).ServeAsync);
        routes.Post("/containers/{id*}/resize", new Resize(containers).ServeAsync);
        routes.Post("/containers/{id*}/update", new Update(containers).ServeAsync);
        routes.Post("/containers/{id*}/wait", new Wait(containers).ServeAsync);
        routes.Delete("/containers/{id*}", new Remove(containers).ServeAsync);
    }
}
