using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Corten.Build.BuildKit.Protocol;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Build.Dockerfile.Checks;
using Corten.Build.Solving;
using Corten.Oci.Image;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Corten.Build.BuildKit;

/// <summary>A job's progress as messages, kept from its beginning: whoever asks late gets everything. Output beyond a bound is left out.</summary>
internal sealed class JobProgress : IBuildProgress
{
    /// <summary>Bytes of output that are kept for those who ask late.</summary>
    private const long MaxOutput = 256L << 20;

    /// <summary>Bytes of output that the history keeps of a build.</summary>
    private const long MaxKeptOutput = 2L << 20;

    /// <summary>No more than so often is a count told that is still growing: a context of ten thousand files is as many counts.</summary>
    private static readonly TimeSpan CountInterval = TimeSpan.FromMilliseconds(100);

    private readonly List<StatusResponse> _messages = [];
    private readonly ConcurrentDictionary<BuildVertex, Vertex> _vertices = new();
    private readonly ConcurrentDictionary<(BuildVertex, string), Transfer> _transfers = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _over;
    private long _output;

    /// <summary>The Dockerfile, for warnings to show lines of.</summary>
    public SourceInfo? Source { get; set; }

    public int Warnings { get; private set; }

    public int Steps => _vertices.Keys.Count(v => v.Step is not null);

    /// <summary>Steps that ended well.</summary>
    public int Completed => _vertices.Count(v => v.Key.Step is not null && v.Value.Completed is not null && v.Value.Error.Length == 0);

    public int Cached => _vertices.Values.Count(v => v.Cached);

    public static string DigestOf(BuildVertex vertex) => Digest.Of(vertex.Id.ToByteArray()).ToString();

    public void Announce(BuildVertex vertex)
    {
        var message = new Vertex { Digest = DigestOf(vertex), Name = vertex.Name };
        message.Inputs.AddRange(vertex.Inputs.Select(DigestOf));
        _vertices[vertex] = message;
        Put(new StatusResponse { Vertexes = { message.Clone() } });
    }

    public void Begin(BuildVertex vertex)
    {
        var message = _vertices.GetOrAdd(vertex, v => new Vertex { Digest = DigestOf(v), Name = v.Name });
        message.Started = Now();
        // A step that was known by name only may be run after all.
        message.Completed = null;
        Put(new StatusResponse { Vertexes = { message.Clone() } });
    }

    public void End(BuildVertex vertex, bool cached, string? error)
    {
        if (!_vertices.TryGetValue(vertex, out var message) || message.Completed is not null)
        {
            return;
        }

        message.Started ??= Now();
        message.Completed = Now();
        message.Cached = cached;
        message.Error = error ?? "";
        Put(new StatusResponse { Vertexes = { message.Clone() } });
    }

    public void Write(BuildVertex vertex, OutputStream stream, ReadOnlySpan<byte> data)
    {
        if (Interlocked.Add(ref _output, data.Length) <= MaxOutput)
        {
            Put(new StatusResponse
            {
                Logs = { new VertexLog { Vertex = DigestOf(vertex), Timestamp = Now(), Stream = (long)stream, Msg = ByteString.CopyFrom(data) } },
            });
        }
    }

    public void Status(BuildVertex vertex, string id, long current, long total, bool done)
    {
        var now = Now();
        var transfer = _transfers.GetOrAdd((vertex, id), _ => new Transfer(now));
        if (!transfer.Tells(done))
        {
            return;
        }

        Put(new StatusResponse
        {
            Statuses =
            {
                new VertexStatus { Id = id, Vertex = DigestOf(vertex), Name = id, Current = current, Total = total, Timestamp = now, Started = transfer.Started, Completed = done ? now : null },
            },
        });
    }

    public void Warn(BuildVertex? vertex, CheckFinding finding)
    {
        if (finding.Rule.Practice)
        {
            return;
        }

        Warnings++;
        var warning = new VertexWarning
        {
            Vertex = vertex is null ? "" : DigestOf(vertex), Level = 1, Url = finding.Rule.Url, Info = Source,
            Short = ByteString.CopyFromUtf8($"{finding.Rule.Name}: {finding.Message} (line {finding.Range.Start})"),
            Detail = { ByteString.CopyFromUtf8(finding.Rule.Description) },
            Ranges = { RangeOf(finding.Range) },
        };
        Put(new StatusResponse { Warnings = { warning } });
    }

    public void Warn(BuildVertex vertex, string text)
    {
        Warnings++;
        Put(new StatusResponse { Warnings = { new VertexWarning { Vertex = DigestOf(vertex), Level = 1, Short = ByteString.CopyFromUtf8(text) } } });
    }

    public static Protocol.Range RangeOf(Dockerfile.Syntax.SourceRange range) => new()
    {
        Start = new Position { Line = range.Start }, End = new Position { Line = range.End },
    };

    public void Finish()
    {
        lock (_messages)
        {
            _over = true;
            _more.TrySetResult();
        }
    }

    /// <summary>Everything so far as one message, to be kept; of much output the beginning.</summary>
    public StatusResponse Snapshot()
    {
        var all = new StatusResponse();
        var output = 0L;
        lock (_messages)
        {
            foreach (var message in _messages)
            {
                all.Vertexes.Add(message.Vertexes);
                all.Statuses.Add(message.Statuses.Where(s => s.Completed is not null));
                all.Warnings.Add(message.Warnings);
                all.Logs.Add(message.Logs.Where(l => (output += l.Msg.Length) <= MaxKeptOutput));
            }
        }

        return all;
    }

    public async IAsyncEnumerable<StatusResponse> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var next = 0; ;)
        {
            StatusResponse[] batch;
            Task more;
            bool over;
            lock (_messages)
            {
                batch = [.. _messages.Skip(next)];
                (next, over) = (_messages.Count, _over);
                if (_more.Task.IsCompleted && !over)
                {
                    _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                more = _more.Task;
            }

            if (batch.Length > 0)
            {
                yield return Merge(batch);
            }
            else if (over)
            {
                yield break;
            }
            else
            {
                await more.WaitAsync(cancellation);
            }
        }
    }

    private static StatusResponse Merge(StatusResponse[] batch)
    {
        var all = batch[0].Clone();
        foreach (var message in batch.Skip(1))
        {
            all.MergeFrom(message);
        }

        return all;
    }

    private void Put(StatusResponse message)
    {
        lock (_messages)
        {
            _messages.Add(message);
            _more.TrySetResult();
        }
    }

    private static Timestamp Now() => Timestamp.FromDateTime(DateTime.UtcNow);

    /// <summary>Something that is counted: since when, and when it was told last.</summary>
    private sealed class Transfer(Timestamp started)
    {
        private long _told;

        public Timestamp Started => started;

        public bool Tells(bool done)
        {
            var last = Interlocked.Read(ref _told);
            return done || ((last == 0 || System.Diagnostics.Stopwatch.GetElapsedTime(last) >= CountInterval)
                && Interlocked.CompareExchange(ref _told, System.Diagnostics.Stopwatch.GetTimestamp(), last) == last);
        }
    }
}
