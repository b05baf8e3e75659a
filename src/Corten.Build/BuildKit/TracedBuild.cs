using Corten.Build.BuildKit.Protocol.Control;
using Corten.Build.BuildKit.Sessions;
using Corten.Build.Contexts;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Google.Protobuf;

namespace Corten.Build.BuildKit;

/// <summary>A build by <c>POST /build?version=2</c>.</summary>
/// <param name="Plan">From the query.</param>
/// <param name="Context">What the request brought; null where the session has it.</param>
/// <param name="Session">The client's, for secrets, agents and credentials; empty for none.</param>
/// <param name="Names">Of the image.</param>
public sealed record TracedRequest(PlanOptions Plan, FolderClient? Context, string Session, IReadOnlyList<ImageReference> Names)
{
    public bool Pull { get; init; }

    /// <summary>Images of this engine whose steps count as done.</summary>
    public IReadOnlyList<string> CacheFrom { get; init; } = [];
}

/// <summary>
/// Builds as clients ask for them that know BuildKit and not its services: the request is the classic one, progress comes as messages of the control service
/// within the classic stream.
/// </summary>
public sealed class TracedBuild
{
    private readonly BuildService _builds;
    private readonly SessionRegistry _sessions;
    private readonly ContextStore _contexts;

    internal TracedBuild(BuildService builds, SessionRegistry sessions, ContextStore contexts) => (_builds, _sessions, _contexts) = (builds, sessions, contexts);

    /// <param name="request">What to build.</param>
    /// <param name="trace">Gets each message (<c>moby.buildkit.v1.StatusResponse</c>), one after the other.</param>
    /// <param name="cancellation"></param>
    /// <returns>The image's id.</returns>
    public async Task<Digest> RunAsync(TracedRequest request, Func<byte[], Task> trace, CancellationToken cancellation)
    {
        var progress = new JobProgress();
        var tracing = TraceAsync(progress, trace, cancellation);
        try
        {
            return request.Session.Length == 0 ? await BuildAsync(request, request.Context ?? throw CortenException.Invalid("no active sessions"), progress, cancellation)
                : await BuildAsync(request, await _sessions.GetAsync(request.Session, cancellation), progress, cancellation);
        }
        finally
        {
            progress.Finish();
            await tracing;
        }
    }

    private async Task<Digest> BuildAsync(TracedRequest request, BuildSession session, JobProgress progress, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, session.Gone);
        using var local = new SessionClient(session, new FrontendOptions(new Dictionary<string, string> { ["filename"] = request.Plan.FileName }), _contexts);
        return await BuildAsync(request, request.Context is { } remote ? new RemoteClient(remote, local, localDockerfile: false) : local, progress, stop.Token);
    }

    private async Task<Digest> BuildAsync(TracedRequest request, IBuildClient client, JobProgress progress, CancellationToken cancellation)
    {
        var imports = await _builds.ImportsOfAsync(request.CacheFrom, cancellation);
        using var built = await _builds.BuildAsync(request.Plan, request.Pull, explain: false, client, progress, cancellation, imports);
        var vertex = new BuildVertex("exporting to image", null, []);
        progress.Announce(vertex);
        progress.Begin(vertex);
        try
        {
            var image = await _builds.Images.ExportAsync(built, request.Names, vertex, progress, cancellation);
            progress.End(vertex, cached: false, null);
            return image.Id;
        }
        catch (Exception e)
        {
            progress.End(vertex, cached: false, e.Message);
            throw;
        }
    }

    private static async Task TraceAsync(JobProgress progress, Func<byte[], Task> trace, CancellationToken cancellation)
    {
        try
        {
            await foreach (StatusResponse message in progress.FollowAsync(cancellation))
            {
                await trace(message.ToByteArray());
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more; the build hears of that itself.
        }
    }
}
