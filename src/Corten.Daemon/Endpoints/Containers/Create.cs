using Corten.Containers;
using Corten.Daemon.Endpoints.Images;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;

using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /containers/create</c></summary>
internal sealed class Create(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var request = await context.ReadJsonAsync(ContainersJson.Api.CreateContainerRequest);
        var platform = PlatformQuery.ReadText(context.Query);
        var created = await containers.Create.RunAsync(request, context.Query.Text("name"), platform, context.Aborted);
        await context.WriteJsonAsync(created, ContainersJson.Api.CreateContainerResponse, StatusCodes.Status201Created);
    }

}
