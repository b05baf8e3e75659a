using Corten.Daemon.Http;
using Corten.Oci.Errors;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Build;

/// <summary><c>POST /build/cancel</c></summary>
internal sealed class Cancel(RunningBuilds running)
{
    public Task ServeAsync(RequestContext context)
    {
        var id = context.Query.Text("id");
        if (id.Length == 0)
        {
            throw CortenException.Invalid("build ID not provided");
        }

        running.Cancel(id);
        return context.WriteEmptyAsync(StatusCodes.Status200OK);
    }
}
