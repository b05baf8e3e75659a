using Corten.Daemon.Http;
using Corten.Images;

namespace Corten.Daemon.Endpoints.Images;

/// <summary>What is served about images and registries.</summary>
internal static class ImagesRoutes
{
    public static void Add(RouteTable routes, ImageService images)
    {
        routes.Get("/images/json", new List(images).ServeAsync);
        routes.Get("/images/search", new Search(images).ServeAsync);
        routes.Get("/images/get", new Get(images).ServeManyAsync);
        routes.Get("/images/{name*}/json", new Inspect(images).ServeAsync);
        routes.Get("/images/{name*}/history", new History(images).ServeAsync);
        routes.Get("/images/{name*}/get", new Get(images).ServeOneAsync);
        routes.Post("/images/create", new Create(images).ServeAsync);
        routes.Post("/images/load", new Load(images).ServeAsync);
        routes.Post("/images/prune", new Prune(images).ServeAsync);
        routes.Post("/images/{name*}/push", new Push(images).ServeAsync);
        routes.Post("/images/{name*}/tag", new Tag(images).ServeAsync);
        routes.Delete("/images/{name*}", new Delete(images).ServeAsync);
        routes.Post("/auth", new Auth(images).ServeAsync);
        routes.Get("/distribution/{name*}/json", new Distribution(images).ServeAsync);
    }
}
