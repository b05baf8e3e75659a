using System.Text.Json;
using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/{id}/wait</c>: the head is sent once no end can be missed, the answer when it comes.</summary>
internal sealed class Wait(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var waiting = containers.Wait.Begin(context.Route["id"], context.Query.Text("condition"), context.Follow());
        var body = await context.StartStreamAsync("application/json");
        var answer = await waiting;
        await body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(answer, ContainersJson.Api.WaitResponse), (byte)'\n'], context.Aborted);
    }
}
