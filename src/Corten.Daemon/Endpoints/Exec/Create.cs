using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Exec;

/// <summary><c>POST /containers/{id}/exec</c></summary>
internal sealed class Create(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var config = await context.TryReadJsonAsync(ContainersJson.Api.ExecConfig) ?? new ExecConfig();
        var id = containers.CreateExec.Run(context.Route["id"], config);
        await context.WriteJsonAsync(new ExecCreated { Id = id }, ContainersJson.Api.ExecCreated, StatusCodes.Status201Created);
    }
}
