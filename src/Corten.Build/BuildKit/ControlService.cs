using System.Globalization;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Build.Solving;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Corten.Build.BuildKit;

/// <summary>The control service: builds, their progress, the cache.</summary>
internal sealed class ControlService(JobRegistry jobs, BuildFrontend frontend, JobExporter exporter, CachePruner pruner, BuildCache cache, BuildRoot root, BuildHistory history) : Control.ControlBase
{
    public override Task<InfoResponse> Info(InfoRequest request, ServerCallContext context) =>
        Task.FromResult(new InfoResponse { BuildkitVersion = BuildFrontend.Version() });

    public override Task<ListWorkersResponse> ListWorkers(ListWorkersRequest request, ServerCallContext context) =>
        Task.FromResult(new ListWorkersResponse { Record = { BuildFrontend.Worker() } });

    public override async Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context)
    {
        var job = jobs.GetOrAdd(request.Ref);
        job.Entitlements = [.. request.Entitlements];
        job.Session.TrySetResult(request.Session);
        using var entry = request.Internal ? null : history.Begin(request);
        try
        {
            var result = request.Frontend.Length > 0
                ? await frontend.SolveAsync(job, request.Frontend, request.FrontendAttrs, context.CancellationToken)
                : await job.Returned.Task.WaitAsync(context.CancellationToken);
            var exporters = request.Exporters.Count > 0 ? [.. request.Exporters]
                : request.ExporterDeprecated.Length > 0 ? new[] { new Exporter { Type = request.ExporterDeprecated, Attrs = { request.ExporterAttrsDeprecated } } } : [];
            var response = new SolveResponse();
            foreach (var (name, value) in await exporter.ExportAsync(job, result, exporters, context.CancellationToken))
            {
                response.ExporterResponse[name] = value;
            }

            entry?.Complete(job, response);
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
            jobs.Remove(job);
        }
    }

    public override async Task Status(StatusRequest request, IServerStreamWriter<StatusResponse> responses, ServerCallContext context)
    {
        await foreach (var message in jobs.GetOrAdd(request.Ref).Progress.FollowAsync(context.CancellationToken))
        {
            await responses.WriteAsync(message, context.CancellationToken);
        }
    }

    public override Task<DiskUsageResponse> DiskUsage(DiskUsageRequest request, ServerCallContext context)
    {
        var response = new DiskUsageResponse();
        response.Record.AddRange(pruner.Select(request.Filter).Select(RecordOf));
        return Task.FromResult(response);
    }

    public override async Task Prune(PruneRequest request, IServerStreamWriter<UsageRecord> responses, ServerCallContext context)
    {
        var removed = pruner.Prune(new PruneOptions
        {
            All = request.All, Filters = [.. request.Filter], KeepDuration = TimeSpan.FromTicks(request.KeepDuration / 100), ReservedSpace = request.ReservedSpace,
            MaxUsedSpace = request.MaxUsedSpace, MinFreeSpace = request.MinFreeSpace,
        });
        foreach (var record in removed)
        {
            await responses.WriteAsync(RecordOf(record), context.CancellationToken);
        }
    }

    public override async Task ListenBuildHistory(BuildHistoryRequest request, IServerStreamWriter<BuildHistoryEvent> responses, ServerCallContext context)
    {
        await foreach (var message in history.ListenAsync(request, context.CancellationToken))
        {
            await responses.WriteAsync(message, context.CancellationToken);
        }
    }

    public override Task<UpdateBuildHistoryResponse> UpdateBuildHistory(UpdateBuildHistoryRequest request, ServerCallContext context)
    {
        history.Update(request);
        return Task.FromResult(new UpdateBuildHistoryResponse());
    }

    private UsageRecord RecordOf(CacheRecord record)
    {
        var message = new UsageRecord
        {
            Id = record.Uid, Mutable = record.Type != RecordTypes.Regular, Size = pruner.SizeOf(record), CreatedAt = Timestamp.FromDateTime(record.Created),
            LastUsedAt = Timestamp.FromDateTime(record.LastUsed), UsageCount = record.Uses, Description = record.Description, RecordType = record.Type,
            Shared = new DirectoryInfo(root.LayerOf(record.Uid)).LinkTarget is not null,
        };
        if (record.Parent != 0 && cache.ById(record.Parent) is { } parent)
        {
            message.Parents.Add(parent.Uid);
        }

        return message;
    }
}
