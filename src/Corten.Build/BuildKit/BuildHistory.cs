using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Build.Solving;
using Corten.Oci.Errors;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Corten.Build.BuildKit;

/// <summary>The latest builds, those of earlier lives of the daemon too, and whoever listens for more.</summary>
internal sealed class BuildHistory
{
    private const int Most = 50;

    private readonly HistoryStore _store;
    private readonly List<BuildHistoryRecord> _records;
    private readonly List<Channel<BuildHistoryEvent>> _listeners = [];

    public BuildHistory(HistoryStore store)
    {
        _store = store;
        _records = [.. store.Records()];
    }

    public Entry Begin(SolveRequest request)
    {
        var record = new BuildHistoryRecord
        {
            Ref = request.Ref, Frontend = "dockerfile.v0", CreatedAt = Now(), FrontendAttrs = { request.FrontendAttrs }, Exporters = { request.Exporters },
        };
        lock (_records)
        {
            _records.RemoveAll(r => r.Ref == record.Ref);
            _records.Add(record);
            foreach (var old in _records.FindAll(r => !r.Pinned && r.CompletedAt is not null).Take(Math.Max(0, _records.Count - Most)))
            {
                _records.Remove(old);
                _store.Remove(old.Ref);
            }
        }

        Tell(BuildHistoryEventType.Started, record);
        return new Entry(this, record);
    }

    /// <summary>The whole progress of a build that is over; null if there is none of that reference.</summary>
    public StatusResponse? ProgressOf(string reference) => _store.Progress(reference);

    /// <exception cref="RpcException">A filter can't be read.</exception>
    public async IAsyncEnumerable<BuildHistoryEvent> ListenAsync(BuildHistoryRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var filter = FilterOf(request.Filter);
        bool Wanted(BuildHistoryRecord record) => (request.Ref.Length == 0 || record.Ref == request.Ref) && filter.Matches(field => FieldOf(record, field));
        var channel = Channel.CreateUnbounded<BuildHistoryEvent>();
        BuildHistoryRecord[] known;
        lock (_records)
        {
            known = [.. _records.Where(r => Wanted(r) && (!request.ActiveOnly || r.CompletedAt is null)).Select(r => r.Clone())];
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
                if (Wanted(message.Record))
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
                _store.Remove(record.Ref);
                Tell(BuildHistoryEventType.Deleted, record);
            }
            else if (!request.Finalize)
            {
                record.Pinned = request.Pinned;
                _store.Update(record);
            }
        }
    }

    /// <summary>The fields that clients filter by.</summary>
    private static string? FieldOf(BuildHistoryRecord record, string field) => field switch
    {
        "ref" => record.Ref,
        "status" => record.CompletedAt is null ? "running" : record.Error is null ? "completed" : record.Error.Code == (int)StatusCode.Cancelled ? "canceled" : "error",
        "repository" => record.FrontendAttrs.TryGetValue("vcs:source", out var source) || record.FrontendAttrs.TryGetValue("context", out source) ? source : null,
        _ => null,
    };

    private void Tell(BuildHistoryEventType type, BuildHistoryRecord record)
    {
        lock (_records)
        {
            _listeners.ForEach(l => l.Writer.TryWrite(new BuildHistoryEvent { Type = type, Record = record.Clone() }));
        }
    }

    private static Timestamp Now() => Timestamp.FromDateTime(DateTime.UtcNow);

    /// <summary>A build that runs; it counts as cancelled if nothing else is said.</summary>
    internal sealed class Entry(BuildHistory owner, BuildHistoryRecord record) : IDisposable
    {
        private readonly List<(Oci.Image.Digest Digest, byte[] Content)> _blobs = [];

        /// <param name="job">The build.</param>
        /// <param name="response">Its answer.</param>
        /// <param name="provenance">By platform; a build that was not asked for several has one under the empty name.</param>
        public void Complete(BuildJob job, SolveResponse response, IReadOnlyList<(string Platform, byte[] Predicate)> provenance)
        {
            record.ExporterResponse.Add(response.ExporterResponse);
            foreach (var (platform, predicate) in provenance)
            {
                var info = new BuildResultInfo { Attestations = { Keep(predicate) } };
                if (platform.Length == 0)
                {
                    record.Result = info;
                }
                else
                {
                    record.Results[platform] = info;
                }
            }

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
                record.Error ??= new Protocol.Status { Code = (int)StatusCode.Cancelled, Message = "context canceled" };
                End(null);
            }
        }

        private BlobDescriptor Keep(byte[] predicate)
        {
            var digest = Oci.Image.Digest.Of(predicate);
            _blobs.Add((digest, predicate));
            return new BlobDescriptor
            {
                MediaType = "application/vnd.in-toto+json", Digest = digest.ToString(), Size = predicate.Length,
                Annotations = { { "in-toto.io/predicate-type", Attestations.Provenance.PredicateType } },
            };
        }

        private void Finish(BuildJob job)
        {
            (record.NumTotalSteps, record.NumCompletedSteps, record.NumCachedSteps, record.NumWarnings) = (job.Progress.Steps, job.Progress.Completed, job.Progress.Cached, job.Progress.Warnings);
            End(job.Progress.Snapshot());
        }

        private void End(StatusResponse? progress)
        {
            record.CompletedAt = Now();
            owner._store.Add(record, progress ?? new StatusResponse(), _blobs);
            owner.Tell(BuildHistoryEventType.Complete, record);
        }
    }

    private static CacheFilter FilterOf(IReadOnlyCollection<string> filters)
    {
        try
        {
            return CacheFilter.Parse(filters);
        }
        catch (CortenException e)
        {
            throw BuildErrors.Of(CortenException.Invalid($"failed to parse history filters {string.Join(' ', filters)}: {e.Message}", e));
        }
    }
}
