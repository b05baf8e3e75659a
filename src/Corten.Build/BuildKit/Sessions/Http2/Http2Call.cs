using System.IO.Pipelines;
using Corten.EngineApi.Http2;

namespace Corten.Build.BuildKit.Sessions.Http2;

/// <summary>
/// One stream of the connection: headers out, data both ways, headers and trailers in. What belongs to the connection's bookkeeping is guarded by its lock; one
/// consumer reads, one sends.
/// </summary>
internal sealed class Http2Call(Http2Client client)
{
    /// <summary>Without a limit of its own: the window is its limit. Who waits for data goes on elsewhere, never on the thread that reads the wire.</summary>
    private static readonly PipeOptions Unlimited = new(
        readerScheduler: PipeScheduler.ThreadPool, pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: 16 << 10, useSynchronizationContext: false);

    private readonly Pipe _arrived = new(Unlimited);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancelling;

    /// <summary>0 until the other side takes one more call.</summary>
    public int Id { get; set; }

    /// <summary>Bytes that the other side has room for; below zero where it took room back.</summary>
    public long SendWindow { get; set; }

    /// <summary>Bytes that the other side may send.</summary>
    public int ReceiveWindow { get; set; } = Http2Client.StreamWindow;

    /// <summary>Bytes that were consumed and not yet granted anew.</summary>
    public int Ungranted { get; set; }

    /// <summary>Bytes that arrived and are not consumed.</summary>
    public int Unread { get; set; }

    public bool SentEnd { get; set; }

    /// <summary>The other side has said everything.</summary>
    public bool ReceivedEnd { get; set; }

    /// <summary>Set if it ends otherwise.</summary>
    public CallFailure? Failure { get; private set; }

    public bool IsOver => ReceivedEnd || Failure is not null;

    /// <summary>Null before the other side answered.</summary>
    public IReadOnlyList<Header>? Headers { get; private set; }

    /// <summary>What came after the data; where nothing did, the first headers are the last.</summary>
    public IReadOnlyList<Header> Trailers { get; private set; } = [];

    /// <summary>The first headers are there, or never will be.</summary>
    public Task Answered => _answered.Task;

    /// <summary>The data; ends with <see cref="IsOver"/>.</summary>
    public PipeReader Arrived => _arrived.Reader;

    /// <summary>Sends data, as there is room for it.</summary>
    /// <exception cref="OperationCanceledException">The call was given up.</exception>
    /// <exception cref="Grpc.Core.RpcException">The call is over.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> data, bool end) => client.SendAsync(this, data, end);

    /// <summary>The consumer has taken so many bytes of the data: others may come.</summary>
    public void Consumed(int count) => client.Consumed(this, count);

    /// <summary>Gives the call up, unless it is over.</summary>
    public void Cancel(CallFailure reason) => client.Cancel(this, reason);

    /// <summary>Gives the call up when somebody says so.</summary>
    public void CancelWith(CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled)
        {
            return;
        }

        var registration = cancellation.UnsafeRegister(
            static (call, token) => ((Http2Call)call!).Cancel(new CallFailure(new Grpc.Core.Status(Grpc.Core.StatusCode.Cancelled, "the call was given up"), token)), this);
        client.Guard(() =>
        {
            _cancelling = registration;
            if (IsOver)
            {
                registration.Unregister();
            }
        });
    }

    internal void Answer(IReadOnlyList<Header> headers)
    {
        Headers = headers;
        _answered.TrySetResult();
    }

    internal void Put(ReadOnlySpan<byte> data)
    {
        data.CopyTo(_arrived.Writer.GetSpan(data.Length));
        _arrived.Writer.Advance(data.Length);
        Unread += data.Length;
    }

    /// <summary>Wakes the consumer. It never waits, since the pipe has no limit.</summary>
    internal void Show() => _ = _arrived.Writer.FlushAsync();

    internal void End(IReadOnlyList<Header> trailers)
    {
        (Trailers, ReceivedEnd) = (trailers, true);
        Close();
    }

    internal void Fail(CallFailure reason)
    {
        Failure ??= reason;
        Close();
    }

    private void Close()
    {
        _arrived.Writer.Complete();
        _answered.TrySetResult();
        _cancelling.Unregister();
    }
}
