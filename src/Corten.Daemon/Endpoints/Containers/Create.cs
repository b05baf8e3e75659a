using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;

using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/create</c></summary>
internal sealed class Create(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var (request, isConfigured) = await context.ReadJsonAsync(ContainersJson.Api.CreateContainerRequest, ContainersJson.Api.ContainerConfig);
        var created = await containers.Create.RunAsync(request, !isConfigured, context.Query.Text("name"), context.Query.Text("platform"), context.Aborted);
        await context.WriteJsonAsync(created, ContainersJson.Api.CreateContainerResponse, StatusCodes.Status201Created);
    }
}
