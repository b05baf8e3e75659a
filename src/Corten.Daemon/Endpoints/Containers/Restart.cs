using Corten.Containers;
using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/{id}/restart</c></summary>
internal sealed class Restart(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        await containers.Restart.RunAsync(context.Route["id"], context.Query.Text("signal"), context.Query.Int("t", ErrorKind.Internal), context.Aborted);
        await context.WriteEmptyAsync();
    }
}
