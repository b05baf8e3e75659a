using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Volumes;

/// <summary><c>PUT /volumes/{name}</c>: only a swarm's volumes can be changed, and this engine is in none.</summary>
internal static class Update
{
    public static Task ServeAsync(RequestContext context) =>
        throw CortenException.Unavailable("volume update only valid for cluster volumes, but swarm is unavailable");
}
