using Corten.Build.BuildKit;
using Corten.Daemon.BuildKit;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Build;

/// <summary>Where HTTP ends and BuildKit's gRPC begins.</summary>
internal static class BuildKitRoutes
{
    public static void Add(RouteTable routes, SessionRegistry sessions, GrpcHost grpc)
    {
        routes.Post("/session", new Session(sessions).ServeAsync);
        routes.Post("/grpc", new Grpc(grpc).ServeAsync);
    }
}
