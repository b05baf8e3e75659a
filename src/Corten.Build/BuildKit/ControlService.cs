using System.Globalization;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Build.BuildKit.Sessions;
using Corten.Build.Solving;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Corten.Build.BuildKit;

/// <summary>The control service: builds, their progress, the cache.</summary>
public sealed class ControlService : Control.ControlBase
{
    private readonly JobRegistry _jobs;
    private readonly BuildFrontend _frontend;
    private readonly JobExporter _exporter;
    private readonly BuildService _builds;
    private readonly BuildHistory _history;
    private readonly SessionRegistry _sessions;

    internal ControlService(JobRegistry jobs, BuildFrontend frontend, JobExporter exporter, BuildHistory history, BuildService builds, SessionRegistry sessions) =>
        (_jobs, _frontend, _exporter, _history, _builds, _sessions) = (jobs, frontend, exporter, history, builds, sessions);

    public override Task<InfoResponse> Info(InfoRequest request, ServerCallContext context) =>
        Task.FromResult(new InfoResponse { BuildkitVersion = BuildFrontend.Version() });

    public override Task<ListWorkersResponse> ListWorkers(ListWorkersRequest request, ServerCallContext context) =>
        Task.FromResult(new ListWorkersResponse { Record = { _frontend.Worker() } });

    public override async Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context)
    {
        var job = _jobs.GetOrAdd(request.Ref);
        job.Entitlements = [.. request.Entitlements];
        job.CacheImports = [.. (request.Cache?.Imports ?? []).Select(EntryOf)];
        job.CacheExports = [.. (request.Cache?.Exports ?? []).Select(EntryOf)];
        job.Session.TrySetResult(request.Session);
        using var entry = request.Internal ? null : _history.Begin(request);
        try
        {
            var exporters = request.Exporters.Count > 0 ? [.. request.Exporters]
                : request.ExporterDeprecated.Length > 0 ? new[] { new Exporter { Type = request.ExporterDeprecated, Attrs = { request.ExporterAttrsDeprecated } } } : [];
            JobExporter.Check(exporters, job);
            var result = request.Frontend.Length > 0
                ? await _frontend.SolveAsync(job, request.Frontend, request.FrontendAttrs, request.FrontendInputs, context.CancellationToken)
                : await job.Returned.Task.WaitAsync(context.CancellationToken);
            var response = new SolveResponse();
            foreach (var (name, value) in await _exporter.ExportAsync(job, result, exporters, context.CancellationToken))
            {
                response.ExporterResponse[name] = value;
            }

            entry?.Complete(job, response, JobExporter.ProvenanceOf(job, result));
            return response;
        }
        catch (Exception e)
        {
            var error = BuildErrors.Of(e);
            entry?.Fail(job, error);
            throw error;
        }
        finally
        {
            _jobs.Finish(job);
        }
    }

    public override async Task Status(StatusRequest request, IServerStreamWriter<StatusResponse> responses, ServerCallContext context)
    {
        if (_history.ProgressOf(request.Ref) is { } over)
        {
            await responses.WriteAsync(over, context.CancellationToken);
            return;
        }

        await foreach (var message in _jobs.GetOrAdd(request.Ref).Progress.FollowAsync(context.CancellationToken))
        {
            await responses.WriteAsync(message, context.CancellationToken);
        }
    }

    /// <summary>What <c>POST /session</c> is, within a call.</summary>
    public override async Task Session(IAsyncStreamReader<BytesMessage> incoming, IServerStreamWriter<BytesMessage> outgoing, ServerCallContext context)
    {
        const string prefix = "x-docker-expose-session-";
        if (context.RequestHeaders.GetValue(prefix + "uuid") is not { Length: > 0 } id)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"the header {prefix}uuid is missing"));
        }

        var methods = context.RequestHeaders.GetAll(prefix + "grpc-method").Select(m => m.Value);
        await using var stream = new CarriedStream(incoming, outgoing);
        await using var session = new BuildSession(id, context.RequestHeaders.GetValue(prefix + "sharedkey") ?? "", methods, stream);
        using var open = _sessions.Open(session);
        await session.Ended.WaitAsync(context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override Task<DiskUsageResponse> DiskUsage(DiskUsageRequest request, ServerCallContext context)
    {
        try
        {
            var response = new DiskUsageResponse();
            var records = _builds.Pruner.Select(request.Filter);
            var shared = _builds.Pruner.SharedOf(records);
            response.Record.AddRange(records.Select(r => RecordOf(r, shared)));
            return Task.FromResult(response);
        }
        catch (Exception e)
        {
            throw BuildErrors.Of(e);
        }
    }

    public override async Task Prune(PruneRequest request, IServerStreamWriter<UsageRecord> responses, ServerCallContext context)
    {
        IReadOnlyList<CacheRecord> removed;
        try
        {
            removed = await _builds.Pruner.PruneAsync(new PruneOptions
            {
                All = request.All, Filters = [.. request.Filter], KeepDuration = TimeSpan.FromTicks(request.KeepDuration / 100), ReservedSpace = request.ReservedSpace,
                MaxUsedSpace = request.MaxUsedSpace, MinFreeSpace = request.MinFreeSpace,
            }, context.CancellationToken);
        }
        catch (Exception e)
        {
            throw BuildErrors.Of(e);
        }

        var shared = _builds.Pruner.SharedOf(removed);
        foreach (var record in removed)
        {
            await responses.WriteAsync(RecordOf(record, shared), context.CancellationToken);
        }
    }

    public override async Task ListenBuildHistory(BuildHistoryRequest request, IServerStreamWriter<BuildHistoryEvent> responses, ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync(new Metadata { { "buildkit-current-timestamp", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture) } });
        await foreach (var message in _history.ListenAsync(request, context.CancellationToken))
        {
            await responses.WriteAsync(message, context.CancellationToken);
        }
    }

    public override Task<UpdateBuildHistoryResponse> UpdateBuildHistory(UpdateBuildHistoryRequest request, ServerCallContext context)
    {
        _history.Update(request);
        return Task.FromResult(new UpdateBuildHistoryResponse());
    }

    private static CacheTransfer.CacheEntry EntryOf(CacheOptionsEntry entry) => new() { Type = entry.Type, Attrs = new(entry.Attrs) };

    private UsageRecord RecordOf(CacheRecord record, IReadOnlySet<long> shared)
    {
        var message = new UsageRecord
        {
            Id = record.Uid, Mutable = record.Type != RecordTypes.Regular, Size = _builds.Pruner.SizeOf(record), CreatedAt = Timestamp.FromDateTime(record.Created),
            LastUsedAt = Timestamp.FromDateTime(record.LastUsed), UsageCount = record.Uses, Description = record.Description, RecordType = record.Type,
            InUse = _builds.Pruner.InUse(record), Shared = shared.Contains(record.Id),
        };
        if (record.Parent != 0 && _builds.Cache.ById(record.Parent) is { } parent)
        {
            message.Parents.Add(parent.Uid);
        }

        return message;
    }
}
