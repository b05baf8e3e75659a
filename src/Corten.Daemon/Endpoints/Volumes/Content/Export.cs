using Corten.Daemon.Http;
using Corten.Volumes;

namespace Corten.Daemon.Endpoints.Volumes.Content;

/// <summary><c>GET /corten/volumes/{name}/archive</c>: all that is in a volume, as a tar archive.</summary>
internal sealed class Export(VolumeService volumes)
{
    public async Task ServeAsync(RequestContext context)
    {
        var name = context.Route["name"];
        await volumes.InspectAsync(name, context.Aborted);
        await SynchronousBody.AnswerAsync(context, "application/x-tar", (target, cancellation) => volumes.Content.ExportAsync(name, target, cancellation));
    }
}
