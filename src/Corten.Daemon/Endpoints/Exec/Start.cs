using Corten.Containers;
using Corten.Daemon.Endpoints.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Exec;

/// <summary><c>POST /exec/{id}/start</c></summary>
internal sealed class Start(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var start = await context.TryReadJsonAsync(ContainersJson.Api.ExecStart) ?? new ExecStart();
        var session = containers.StartExec.Check(context.Route["id"], start);
        if (start.Detach)
        {
            await containers.StartExec.DetachedAsync(session, start);
            await context.WriteEmptyAsync(StatusCodes.Status200OK);
            return;
        }

        await using var stream = await context.HijackAsync(StreamTypes.Hijacked(context, framed: !session.Config.Tty));
        await containers.StartExec.AttachedAsync(session, start, stream, stream.Gone);
    }
}
