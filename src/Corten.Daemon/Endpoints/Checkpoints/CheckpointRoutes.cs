using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Checkpoints;

/// <summary>Checkpoints of containers: answered as an engine that is not experimental, which is what they need.</summary>
internal static class CheckpointRoutes
{
    public static void Add(RouteTable routes, bool experimental)
    {
        RequestHandler refuse = _ => throw CortenException.NotImplemented(experimental
            ? "this engine does not make checkpoints"
            : "This experimental feature is disabled by default. Start the Docker daemon in experimental mode in order to enable it.");
        routes.Get("/containers/{id}/checkpoints", refuse);
        routes.Post("/containers/{id}/checkpoints", refuse);
        routes.Delete("/containers/{id}/checkpoints/{checkpoint}", refuse);
    }
}
