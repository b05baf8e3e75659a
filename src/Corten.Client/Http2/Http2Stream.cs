using Corten.EngineApi.Http2;

namespace Corten.Client.Http2;

/// <summary>One call on a connection: headers, bytes both ways, and trailers.</summary>
public sealed class Http2Stream : IDisposable
{
    private const int Cancelled = 8;

    private readonly Http2Connection connection;
    private readonly object gate = new();
    private readonly Queue<(byte[] Data, int Room)> arrived = new();
    private IReadOnlyList<Header>? headers;
    private IReadOnlyList<Header>? trailers;
    private Exception? failure;
    private int position;
    private bool ended;
    private bool sentEnd;

    internal Http2Stream(Http2Connection connection, int id, long sendWindow) => (this.connection, Id, SendWindow) = (connection, id, sendWindow);

    internal int Id { get; }

    /// <summary>Bytes that the other side has room for; guarded by the connection.</summary>
    internal long SendWindow { get; set; }

    /// <summary>Bytes taken that the other side does not know of yet; guarded by the connection.</summary>
    internal int Consumed { get; set; }

    internal bool IsReset => failure is not null;

    internal bool IsEnded => ended;

    /// <summary>The headers that the other side began with; waits for them.</summary>
    public IReadOnlyList<Header> Headers
    {
        get
        {
            lock (gate)
            {
                while (headers is null && failure is null)
                {
                    Monitor.Wait(gate);
                }
                return headers ?? throw failure!;
            }
        }
    }

    /// <summary>What came after the last byte; only once <see cref="Read"/> gave 0.</summary>
    public IReadOnlyList<Header> Trailers => trailers ?? headers ?? [];

    public void SendHeaders(IReadOnlyList<Header> list, bool end)
    {
        ThrowIfReset();
        connection.SendHeaders(Id, list, end);
        sentEnd |= end;
    }

    /// <summary>Waits until the other side has room.</summary>
    public void Write(ReadOnlySpan<byte> data, bool end)
    {
        connection.SendData(this, data, end);
        sentEnd |= end;
    }

    /// <returns>0 at the end.</returns>
    public int Read(Span<byte> target)
    {
        int count, room = 0;
        lock (gate)
        {
            while (arrived.Count == 0 && !ended && failure is null)
            {
                Monitor.Wait(gate);
            }
            if (arrived.Count == 0)
            {
                return failure is null ? 0 : throw failure;
            }
            var (data, whole) = arrived.Peek();
            count = Math.Min(target.Length, data.Length - position);
            data.AsSpan(position, count).CopyTo(target);
            position += count;
            if (position == data.Length)
            {
                arrived.Dequeue();
                (position, room) = (0, whole);
            }
        }
        if (room > 0)
        {
            connection.Consumed(this, room);
        }
        return count;
    }

    /// <summary>Gives the call up unless it is over: by both sides' end, or by our answer to a call, whatever its caller still had to say.</summary>
    public void Dispose()
    {
        if (!(sentEnd && (ended || connection.IsServer)) && failure is null)
        {
            Fail(new OperationCanceledException());
            connection.Reset(Id, Cancelled);
            return;
        }
        connection.Forget(Id);
    }

    internal void ThrowIfReset()
    {
        if (failure is { } reason)
        {
            throw reason;
        }
    }

    internal void Receive(IReadOnlyList<Header> list, bool ends)
    {
        lock (gate)
        {
            if (headers is null)
            {
                headers = list;
            }
            else
            {
                trailers = list;
            }
            ended |= ends;
            Monitor.PulseAll(gate);
        }
    }

    /// <param name="data">Without padding.</param>
    /// <param name="room">What it took of the window.</param>
    /// <param name="ends">Nothing more comes.</param>
    internal void Receive(ReadOnlySpan<byte> data, int room, bool ends)
    {
        lock (gate)
        {
            if (data.Length > 0)
            {
                arrived.Enqueue((data.ToArray(), room));
            }
            ended |= ends;
            Monitor.PulseAll(gate);
        }
    }

    internal void Fail(Exception reason)
    {
        lock (gate)
        {
            failure ??= reason;
            Monitor.PulseAll(gate);
        }
    }
}
