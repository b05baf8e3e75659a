using Corten.Daemon.Http;
using Corten.EngineApi.Filters;
using Corten.EngineApi.Volumes;
using Corten.Volumes;

namespace Corten.Daemon.Endpoints.Volumes;

/// <summary><c>GET /volumes</c></summary>
internal sealed class List(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        var list = await volumes.ListAsync(Filters(context), context.Aborted);
        await context.WriteJsonAsync(list, VolumesJson.Plain.VolumeList);
    }

    private static FilterSet Filters(RequestContext context)
    {
        FilterSet filters;
        try
        {
            filters = context.Query.ParseFilters();
        }
        catch (InvalidFilterException e)
        {
            throw new InvalidFilterException("error reading volume filters: " + e.Message);
        }

        return filters.Allow("dangling", "driver", "label", "name");
    }
}
