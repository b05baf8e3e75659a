using System.Text.Json;
using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>GET /containers/{id}/stats</c>: one object, or one a second.</summary>
internal sealed class Stats(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var container = containers.Stats.Find(context.Route["id"]);
        var oneShot = context.Query.Bool("one-shot");
        if (context.Query.Bool("stream", otherwise: true))
        {
            if (oneShot)
            {
                throw CortenException.Invalid("cannot have stream=true and one-shot=true");
            }

            var body = await context.StartStreamAsync("application/json");
            await foreach (var stats in containers.Stats.StreamAsync(container, context.Aborted))
            {
                await body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(stats, ContainersJson.Api.Stats), (byte)'\n'], context.Aborted);
                await body.FlushAsync(context.Aborted);
            }

            return;
        }

        var one = oneShot ? containers.Stats.Once(container) : await containers.Stats.TwiceAsync(container, context.Aborted);
        await context.WriteJsonAsync(one, ContainersJson.Api.Stats);
    }
}
