using Corten.Build;
using Corten.Build.BuildKit;
using Corten.Daemon.BuildKit;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Build;

/// <summary>What is served about builds.</summary>
internal static class BuildRoutes
{
    public static void Add(RouteTable routes, BuildService builds, BuildKitFace face, GrpcHost grpc, bool experimental)
    {
        var running = new RunningBuilds();
        routes.Post("/build", new Build(builds, face.Traced, running, new UploadRequests(), experimental).ServeAsync);
        routes.Post("/build/prune", new Prune(builds.Pruner).ServeAsync);
        routes.Post("/build/cancel", new Cancel(running).ServeAsync);
        routes.Post("/grpc", new Grpc(grpc).ServeAsync);
        routes.Post("/session", new Session(face.Sessions).ServeAsync);
    }
}
