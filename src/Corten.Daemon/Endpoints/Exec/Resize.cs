using Corten.Containers;
using Corten.Daemon.Endpoints.Containers;
using Corten.Daemon.Http;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Exec;

/// <summary><c>POST /exec/{id}/resize</c></summary>
internal sealed class Resize(ContainerService containers)
{
    public Task ServeAsync(RequestContext context)
    {
        var (height, width) = TerminalSize.Read(context.Query);
        containers.ResizeExec.Run(context.Route["id"], height, width);
        return context.WriteEmptyAsync(StatusCodes.Status200OK);
    }
}
