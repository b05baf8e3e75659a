using System.Text.Json;
using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>HEAD</c>, <c>GET</c> and <c>PUT /containers/{id}/archive</c>: what <c>cp</c> is made of.</summary>
internal sealed class Archive(ContainerService containers)
{
    private const string StatHeader = "X-Docker-Container-Path-Stat";

    public async Task StatAsync(RequestContext context)
    {
        var stat = await containers.ReadArchive.StatAsync(context.Route["id"], context.Query.Text("path"), context.Aborted);
        context.Http.Response.Headers[StatHeader] = Encode(stat);
        await context.WriteEmptyAsync(StatusCodes.Status200OK);
    }

    public Task GetAsync(RequestContext context) => containers.ReadArchive.RunAsync(context.Route["id"], context.Query.Text("path"), async (stat, write) =>
    {
        context.Http.Response.Headers[StatHeader] = Encode(stat);
        await SynchronousBody.AnswerAsync(context, "application/x-tar", write);
    }, context.Aborted);

    public async Task PutAsync(RequestContext context)
    {
        var query = context.Query;
        await containers.WriteArchive.RunAsync(
            context.Route["id"], query.Text("path"), context.Body, query.Bool("noOverwriteDirNonDir"), query.Bool("copyUIDGID"), context.Aborted);
        await context.WriteEmptyAsync(StatusCodes.Status200OK);
    }

    private static string Encode(PathStat stat) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(stat, ContainersJson.Api.PathStat));
}
