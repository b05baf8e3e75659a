using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>GET /containers/{id}/changes</c>: null when nothing has changed.</summary>
internal sealed class Changes(ContainerService containers)
{
    public async Task ServeAsync(RequestContext context)
    {
        var changes = await containers.Changes.RunAsync(context.Route["id"], context.Aborted);
        IReadOnlyList<FilesystemChange>? answer = changes.Count > 0 ? [.. changes.Select(change => new FilesystemChange { Path = change.Path, Kind = (int)change.Kind })] : null;
        await context.WriteJsonAsync(answer!, ContainersJson.Api.IReadOnlyListFilesystemChange);
    }
}
