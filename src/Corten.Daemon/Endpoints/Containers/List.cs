using Corten.Containers;
using Corten.Containers.Views;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>GET /containers/json</c></summary>
internal sealed class List(ContainerService containers)
{
    public Task ServeAsync(RequestContext context)
    {
        var query = context.Query;
        var filters = query.Filters(ListContainers.FilterKeys);
        var list = containers.List.Run(query.Bool("all"), query.Int("limit", ErrorKind.Internal) ?? 0, query.Bool("size"), filters);
        return context.WriteItemsAsync(list, ContainersJson.Api.ContainerSummary);
    }
}
