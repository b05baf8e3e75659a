using System.Text;
using Corten.Build.BuildKit.Protocol.Gateway;
using Corten.Oci.Errors;
using Google.Protobuf;
using Grpc.Core;

namespace Corten.Build.BuildKit;

/// <summary>The calls of a client that drives its build itself: it asks for trees of the Dockerfile front end and returns which of them it wants.</summary>
public sealed class GatewayService : LLBBridge.LLBBridgeBase
{
    private const string JobHeader = "buildkit-controlapi-buildid";

    private static readonly string[] FrontendCapabilities =
    [
        "solve.base", "solve.inlinereturn", "resolveimage", "resolveimage.resolvemode", "readfile", "return", "returnmap", "readdir", "statfile",
        "importcaches", "proto.refarray", "frontend.inputs", "gateway.solve.metadata", "frontend.caps", "gateway.solve.evaluate", "gateway.evaluate",
        "gateway.warnings", "reference.output",
    ];

    private static readonly string[] BuildCapabilities =
    [
        "source.image", "source.image.resolvemode", "source.local", "source.local.unique", "source.local.sessionid", "source.local.includepatterns",
        "source.local.followpaths", "source.local.excludepatterns", "source.local.sharedkeyhint", "source.local.differ", "source.git", "source.git.keepgitdir",
        "source.git.fullurl", "source.http", "source.http.checksum", "source.http.perm", "source.http.uidgid", "buildop.llbfilename", "exec.meta.base",
        "exec.meta.cgroup.parent", "exec.meta.network", "exec.meta.proxyenv", "exec.meta.security", "exec.meta.setsdefaultpath", "exec.meta.ulimit",
        "exec.mount.bind", "exec.mount.bind.readwrite-nooutput", "exec.mount.cache", "exec.mount.cache.sharing", "exec.mount.selector", "exec.mount.tmpfs",
        "exec.mount.tmpfs.size", "exec.mount.secret", "exec.mount.ssh", "exec.secretenv", "file.base", "file.rm.wildcard", "file.copy.includeexcludepatterns",
        "file.rm.nofollowsymlink", "file.copy.alwaysreplaceexistingdestpaths", "constraints", "platform", "meta.ignorecache", "meta.description",
        "meta.exportcache", "mergeop", "diffop", "exporter.image.annotations", "exporter.image.attestations", "exporter.multiple", "gc.freespacefilter",
    ];

    private readonly JobRegistry _jobs;
    private readonly BuildFrontend _frontend;

    internal GatewayService(JobRegistry jobs, BuildFrontend frontend) => (_jobs, _frontend) = (jobs, frontend);

    public override Task<PongResponse> Ping(PingRequest request, ServerCallContext context)
    {
        var pong = new PongResponse { Workers = { _frontend.Worker() } };
        pong.FrontendApiCaps.AddRange(FrontendCapabilities.Select(id => new APICap { Id = id, Enabled = true }));
        pong.LlbCaps.AddRange(BuildCapabilities.Select(id => new APICap { Id = id, Enabled = true }));
        return Task.FromResult(pong);
    }

    public override async Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context)
    {
        var job = JobOf(context);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, job.Stopped);
        if (request.Frontend.Length == 0)
        {
            // Clients ask for an empty graph to learn what we can do.
            return new SolveResponse { Result = request.Definition is { Def.Count: > 0 } graph ? await _frontend.FetchAsync(job, graph, stop.Token) : new Result { Ref = new Ref() } };
        }

        return new SolveResponse { Result = await _frontend.SolveAsync(job, request.Frontend, request.FrontendOpt, request.FrontendInputs, stop.Token) };
    }

    public override Task<ReturnResponse> Return(ReturnRequest request, ServerCallContext context)
    {
        var job = JobOf(context);
        if (request.Error is { } error)
        {
            job.Returned.TrySetException(BuildErrors.From(error));
        }
        else
        {
            job.Returned.TrySetResult(request.Result);
        }

        return Task.FromResult(new ReturnResponse());
    }

    public override Task<EvaluateResponse> Evaluate(EvaluateRequest request, ServerCallContext context) => Task.FromResult(new EvaluateResponse());

    public override Task<InputsResponse> Inputs(InputsRequest request, ServerCallContext context) => Task.FromResult(new InputsResponse());

    public override Task<WarnResponse> Warn(WarnRequest request, ServerCallContext context) => Task.FromResult(new WarnResponse());

    public override async Task<ReadFileResponse> ReadFile(ReadFileRequest request, ServerCallContext context)
    {
        try
        {
            var content = await Task.Run(() => _frontend.Reader.ReadFile(TreeOf(context, request.Ref), request.FilePath));
            var from = (int)Math.Min(request.Range?.Offset ?? 0, content.Length);
            var length = request.Range is { Length: > 0 } range ? (int)Math.Min(range.Length, content.Length - from) : content.Length - from;
            return new ReadFileResponse { Data = ByteString.CopyFrom(content, from, length) };
        }
        catch (CortenException e)
        {
            throw BuildErrors.Of(e);
        }
    }

    public override async Task<ReadDirResponse> ReadDir(ReadDirRequest request, ServerCallContext context)
    {
        try
        {
            var response = new ReadDirResponse();
            response.Entries.AddRange(await Task.Run(() => _frontend.Reader.ReadDirectory(TreeOf(context, request.Ref), request.DirPath, request.IncludePattern)));
            return response;
        }
        catch (CortenException e)
        {
            throw BuildErrors.Of(e);
        }
    }

    public override async Task<StatFileResponse> StatFile(StatFileRequest request, ServerCallContext context)
    {
        try
        {
            return new StatFileResponse { Stat = await Task.Run(() => _frontend.Reader.Stat(TreeOf(context, request.Ref), request.Path)) };
        }
        catch (CortenException e)
        {
            throw BuildErrors.Of(e);
        }
    }

    public override async Task<ResolveImageConfigResponse> ResolveImageConfig(ResolveImageConfigRequest request, ServerCallContext context)
    {
        try
        {
            var (reference, digest, config) = await _frontend.ResolveAsync(request.Ref, request.Platform, context.CancellationToken);
            return new ResolveImageConfigResponse { Ref = reference, Digest = digest, Config = ByteString.CopyFrom(config) };
        }
        catch (CortenException e)
        {
            throw BuildErrors.Of(e);
        }
    }

    private Solving.Tree TreeOf(ServerCallContext context, string id) =>
        JobOf(context).Results.TryGetValue(id, out var built) ? built.Tree
            : throw new RpcException(new Grpc.Core.Status(StatusCode.NotFound, $"no such ref: {id}"));

    private BuildJob JobOf(ServerCallContext context) =>
        context.RequestHeaders.GetValue(JobHeader) is { Length: > 0 } id ? _jobs.GetOrAdd(id)
            : throw new RpcException(new Grpc.Core.Status(StatusCode.FailedPrecondition, "no buildid found in context"));
}
