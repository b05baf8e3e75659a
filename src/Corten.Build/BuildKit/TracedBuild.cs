using Corten.Build.BuildKit.Protocol.Control;
using Corten.Build.BuildKit.Protocol.Gateway;
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

    /// <summary>What becomes of the result; null for an image.</summary>
    public TracedOutput? Output { get; init; }

    /// <summary>Images of this engine whose steps count as done.</summary>
    public IReadOnlyList<string> CacheFrom { get; init; } = [];
}

/// <summary>What becomes of a result.</summary>
/// <param name="Type">An exporter's name.</param>
/// <param name="Attributes">Its options.</param>
public sealed record TracedOutput(string Type, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>The result is an image of this engine.</summary>
    internal bool IsImage => Type is "moby" or "image";

    /// <exception cref="CortenException">InvalidArgument: there is no such exporter, or it has no such option.</exception>
    public void Check()
    {
        using var job = new BuildJob("");
        JobExporter.Check([ToExporter([])], job);
    }

    internal Exporter ToExporter(IReadOnlyList<ImageReference> names)
    {
        var exporter = new Exporter { Type = Type };
        foreach (var (name, value) in Attributes)
        {
            exporter.Attrs[name] = value;
        }

        if (IsImage && names.Count > 0)
        {
            exporter.Attrs["name"] = string.Join(',', names);
        }

        return exporter;
    }
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
    private readonly JobExporter _exporter;

    internal TracedBuild(BuildService builds, SessionRegistry sessions, ContextStore contexts, JobExporter exporter) =>
        (_builds, _sessions, _contexts, _exporter) = (builds, sessions, contexts, exporter);

    /// <param name="request">What to build.</param>
    /// <param name="trace">Gets each message (<c>moby.buildkit.v1.StatusResponse</c>), one after the other.</param>
    /// <param name="cancellation"></param>
    /// <returns>The image's id; null if the result is no image of this engine.</returns>
    public async Task<Digest?> RunAsync(TracedRequest request, Func<byte[], Task> trace, CancellationToken cancellation)
    {
        using var job = new BuildJob(BuildRoot.NewUid());
        job.Session.SetResult(request.Session);
        var tracing = TraceAsync(job.Progress, trace, cancellation);
        try
        {
            return await SessionAsync(request, cancellation) is { } session ? await BuildAsync(request, session, job, cancellation)
                : await BuildAsync(request, request.Context!, job, cancellation);
        }
        finally
        {
            job.Progress.Finish();
            await tracing;
        }
    }

    /// <summary>Null for none: a build that has its context can do without.</summary>
    private async Task<BuildSession?> SessionAsync(TracedRequest request, CancellationToken cancellation)
    {
        if (request.Session.Length == 0)
        {
            return request.Context is null ? throw CortenException.Invalid("no active sessions") : null;
        }

        try
        {
            return await _sessions.GetAsync(request.Session, cancellation);
        }
        catch (CortenException) when (request.Context is not null)
        {
            return null;
        }
    }

    private async Task<Digest?> BuildAsync(TracedRequest request, BuildSession session, BuildJob job, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, session.Gone);
        using var local = new SessionClient(session, new FrontendOptions(new Dictionary<string, string> { ["filename"] = request.Plan.FileName }), _contexts);
        return await BuildAsync(request, request.Context is { } remote ? new RemoteClient(remote, local, localDockerfile: false) : local, job, stop.Token);
    }

    private async Task<Digest?> BuildAsync(TracedRequest request, IBuildClient client, BuildJob job, CancellationToken cancellation)
    {
        var imports = await _builds.ImportsOfAsync(request.CacheFrom, cancellation);
        var built = await _builds.BuildAsync(request.Plan, request.Pull, explain: false, client, job.Progress, cancellation, imports);
        job.Hold(built);
        job.Results[job.Reference] = built;
        var output = request.Output ?? new TracedOutput("moby", new Dictionary<string, string>());
        var answers = await _exporter.ExportAsync(job, new Result { Ref = new Ref { Id = job.Reference } }, [output.ToExporter(request.Names)], cancellation);
        return output.IsImage ? Digest.Parse(answers["containerimage.digest"]) : null;
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
