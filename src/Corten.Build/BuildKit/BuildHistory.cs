using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Corten.Build.BuildKit.Protocol.Control;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Corten.Build.BuildKit;

/// <summary>The latest builds of this daemon's life, and whoever listens for more.</summary>
internal sealed class BuildHistory
{
    private const int Most = 50;

    private readonly List<BuildHistoryRecord> _records = [];
    private readonly List<Channel<BuildHistoryEvent>> _listeners = [];

    public Entry Begin(SolveRequest request)
    {
        var record = new BuildHistoryRecord
        {
            Ref = request.Ref, Frontend = "dockerfile.v0", CreatedAt = Timestamp.FromDateTime(DateTime.UtcNow), FrontendAttrs = { request.FrontendAttrs }, Exporters = { request.Exporters },
        };
        lock (_records)
        {
            _records.Add(record);
            var old = _records.FindAll(r => !r.Pinned && r.CompletedAt is not null);
            old.Take(Math.Max(0, _records.Count - Most)).ToList().ForEach(r => _records.Remove(r));
        }

        Tell(BuildHistoryEventType.Started, record);
        return new Entry(this, record);
    }

    public async IAsyncEnumerable<BuildHistoryEvent> ListenAsync(BuildHistoryRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateUnbounded<BuildHistoryEvent>();
        BuildHistoryRecord[] known;
        lock (_records)
        {
            known = [.. _records.Where(r => (request.Ref.Length == 0 || r.Ref == request.Ref) && (!request.ActiveOnly || r.CompletedAt is null)).Select(r => r.Clone())];
            if (!request.EarlyExit)
            {
                _listeners.Add(channel);
            }
        }

        foreach (var record in request.Limit > 0 ? known.TakeLast(request.Limit) : known)
        {
            yield return new BuildHistoryEvent { Type = record.CompletedAt is null ? BuildHistoryEventType.Started : BuildHistoryEventType.Complete, Record = record };
        }

        if (request.EarlyExit)
        {
            yield break;
        }

        try
        {
            await foreach (var message in channel.Reader.ReadAllAsync(cancellation))
            {
                if (request.Ref.Length == 0 || message.Record.Ref == request.Ref)
                {
                    yield return message;
                }
            }
        }
        finally
        {
            lock (_records)
            {
                _listeners.Remove(channel);
            }
        }
    }

    public void Update(UpdateBuildHistoryRequest request)
    {
        lock (_records)
        {
            var record = _records.Find(r => r.Ref == request.Ref) ?? throw new RpcException(new Grpc.Core.Status(StatusCode.NotFound, $"failed to find build {request.Ref}"));
            if (request.Delete)
            {
                _records.Remove(record);
                Tell(BuildHistoryEventType.Deleted, record);
                return;
            }

            record.Pinned = request.Pinned;
        }
    }

    private void Tell(BuildHistoryEventType type, BuildHistoryRecord record)
    {
        lock (_records)
        {
            _listeners.ForEach(l => l.Writer.TryWrite(new BuildHistoryEvent { Type = type, Record = record.Clone() }));
        }
    }

    /// <summary>A build that runs; it counts as cancelled if nothing else is said.</summary>
    internal sealed class Entry(BuildHistory owner, BuildHistoryRecord record) : IDisposable
    {
        public void Complete(BuildJob job, SolveResponse response)
        {
            record.ExporterResponse.Add(response.ExporterResponse);
            Finish(job);
        }

        public void Fail(BuildJob job, RpcException error)
        {
            record.Error = new Protocol.Status { Code = (int)error.StatusCode, Message = error.Status.Detail };
            Finish(job);
        }

        public void Dispose()
        {
            if (record.CompletedAt is null)
            {
                record.CompletedAt = Timestamp.FromDateTime(DateTime.UtcNow);
                owner.Tell(BuildHistoryEventType.Complete, record);
            }
        }

        private void Finish(BuildJob job)
        {
            (record.NumTotalSteps, record.NumCompletedSteps, record.NumCachedSteps, record.NumWarnings) = (job.Progress.Steps, job.Progress.Steps, job.Progress.Cached, job.Progress.Warnings);
            Dispose();
        }
    }
}
