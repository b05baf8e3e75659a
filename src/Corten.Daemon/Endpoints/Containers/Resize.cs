using Corten.Containers;
using Corten.Daemon.Http;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/{id}/resize</c></summary>
internal sealed class Resize(ContainerService containers)
{
    public Task ServeAsync(RequestContext context)
    {
        var (height, width) = TerminalSize.Read(context.Query);
        containers.Resize.Run(context.Route["id"], height, width);
        return context.WriteEmptyAsync(StatusCodes.Status200OK);
    }
}
