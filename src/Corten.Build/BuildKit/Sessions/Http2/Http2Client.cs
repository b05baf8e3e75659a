using System.Buffers;
using System.Buffers.Binary;
using Corten.EngineApi.Http2;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions.Http2;

/// <summary>
/// HTTP/2 (RFC 9113) as its client, over one connection that somebody else opened. One loop reads; whoever has something to send puts it where the writer
/// finds it. It asks for nothing by itself, no PING either, since servers count those. When the connection ends, every call ends at once, and later
/// ones fail at once.
/// </summary>
internal sealed partial class Http2Client : IAsyncDisposable
{
    /// <summary>Bytes that one call may send before they are consumed.</summary>
    public const int StreamWindow = 4 << 20;

    /// <summary>Bytes that all calls may send before they are consumed.</summary>
    private const int ConnectionWindow = 16 << 20;

    private const int DefaultWindow = 65_535;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FrameWriter _writer;
    private readonly Task _reading;
    private readonly Dictionary<int, Http2Call> _calls = [];
    private readonly Queue<(Http2Call Call, IReadOnlyList<Header> Request)> _waiting = new();
    private readonly ArrayBufferWriter<byte> _block = new();
    private readonly PeerSettings _peer = new();
    private TaskCompletionSource? _room;
    private CallFailure? _over;
    private long _sendWindow = DefaultWindow;
    private int _receiveWindow = ConnectionWindow;
    private int _ungranted;
    private int _lastId = -1;

    /// <param name="wire">Carries HTTP/2 from now on. Not disposed; to be disposed only after this.</param>
    public Http2Client(Stream wire)
    {
        _writer = new FrameWriter(wire, _gate, Pulse, e => End(e), _stop.Token);
        lock (_gate)
        {
            _writer.AddRaw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
            _writer.Add(FrameType.Settings, FrameFlags.None, 0, PeerSettings.Write([(Setting.EnablePush, 0), (Setting.InitialWindowSize, StreamWindow)]));
            _writer.Add(FrameType.WindowUpdate, 0, ConnectionWindow - DefaultWindow);
        }

        _writer.Flush();
        _reading = ReadAsync(new FrameReader(wire, this));
    }

    /// <summary>Completes when the connection has ended, whoever ended it and however.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins a call. It goes out with what is sent next, or by <see cref="Flush"/>; where the other side serves no more at a time, it waits its turn.</summary>
    public Http2Call Open(IReadOnlyList<Header> request)
    {
        var call = new Http2Call(this);
        lock (_gate)
        {
            if (_over is not null)
            {
                call.Fail(_over);
            }
            else
            {
                _waiting.Enqueue((call, request));
                OpenWaiting();
            }
        }

        return call;
    }

    public void Flush() => _writer.Flush();

    /// <summary>Ends the connection and every call on it.</summary>
    public async ValueTask DisposeAsync()
    {
        End(null);
        await _reading.ConfigureAwait(false);
        await _writer.CloseAsync().ConfigureAwait(false);
    }

    internal void Guard(Action action)
    {
        lock (_gate)
        {
            action();
        }
    }

    internal async ValueTask SendAsync(Http2Call call, ReadOnlyMemory<byte> data, bool end)
    {
        while (true)
        {
            Task? room;
            lock (_gate)
            {
                room = TrySend(call, ref data, end) ? null : (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            _writer.Flush();
            if (room is null)
            {
                return;
            }

            await room.ConfigureAwait(false);
        }
    }

    internal void Consumed(Http2Call call, int count)
    {
        var tells = false;
        lock (_gate)
        {
            // A call that failed has handed its room back already.
            if (call.Failure is not null)
            {
                return;
            }

            call.Unread -= count;
            tells = Grant(count);
            call.Ungranted += count;
            if (!call.ReceivedEnd && call.Ungranted >= StreamWindow / 4)
            {
                _writer.Add(FrameType.WindowUpdate, call.Id, call.Ungranted);
                call.ReceiveWindow += call.Ungranted;
                call.Ungranted = 0;
                tells = true;
            }
        }

        if (tells)
        {
            _writer.Flush();
        }
    }

    internal void Cancel(Http2Call call, CallFailure reason)
    {
        lock (_gate)
        {
            if (!call.IsOver)
            {
                GiveUp(call, Http2Error.Cancel, reason);
            }
            else if (call.Failure is null)
            {
                // It ended, and nobody reads the rest.
                Grant(call.Unread);
                call.Unread = 0;
                call.Fail(reason);
            }
        }

        _writer.Flush();
    }

    /// <summary>Sends what there is room for; false if something is left.</summary>
    private bool TrySend(Http2Call call, ref ReadOnlyMemory<byte> data, bool end)
    {
        if (call.IsOver || call.SentEnd)
        {
            // Who has nothing more to say need not say so.
            return data.IsEmpty && end ? true : throw call.Failure?.ToException() ?? new RpcException(new Status(StatusCode.FailedPrecondition, "the call is over"));
        }

        do
        {
            if (call.Id == 0 || _writer.IsFull)
            {
                return false;
            }

            var count = (int)Math.Min(Math.Min(data.Length, FrameHeader.MaxPayload), Math.Min(_sendWindow, call.SendWindow));
            if (count <= 0 && data.Length > 0)
            {
                return false;
            }

            count = Math.Max(count, 0);
            call.SentEnd = end && count == data.Length;
            _writer.Add(FrameType.Data, call.SentEnd ? FrameFlags.EndStream : FrameFlags.None, call.Id, data.Span[..count]);
            _sendWindow -= count;
            call.SendWindow -= count;
            data = data[count..];
        }
        while (!data.IsEmpty);

        return true;
    }

    /// <summary>Gives those that wait their numbers, which have to appear on the wire in order.</summary>
    private void OpenWaiting()
    {
        while (_calls.Count < _peer.MaxStreams && _waiting.TryDequeue(out var next))
        {
            if (next.Call.IsOver)
            {
                continue;
            }

            _lastId += 2;
            (next.Call.Id, next.Call.SendWindow) = (_lastId, _peer.InitialWindow);
            _calls.Add(_lastId, next.Call);
            _block.ResetWrittenCount();
            HeaderBlock.Write(_block, next.Request);
            _writer.AddHeaders(_lastId, _block.WrittenSpan);
        }
    }

    /// <summary>Bytes of no call any more, or taken out of one, make room on the connection.</summary>
    /// <returns>There is something to send.</returns>
    private bool Grant(int count)
    {
        _ungranted += count;
        if (_ungranted < ConnectionWindow / 4)
        {
            return false;
        }

        _writer.Add(FrameType.WindowUpdate, 0, _ungranted);
        _receiveWindow += _ungranted;
        _ungranted = 0;
        return true;
    }

    private void GiveUp(Http2Call call, Http2Error error, CallFailure reason)
    {
        if (call.Id != 0)
        {
            _writer.Add(FrameType.Reset, call.Id, (int)error);
        }

        Fail(call, reason);
    }

    private void Fail(Http2Call call, CallFailure reason)
    {
        Grant(call.Unread);
        call.Unread = 0;
        call.Fail(reason);
        Forget(call);
    }

    /// <summary>No frames of it count any more. The end of a call may begin another.</summary>
    private void Forget(Http2Call call)
    {
        _calls.Remove(call.Id);
        if (_over is null)
        {
            OpenWaiting();
        }

        Pulse();
    }

    /// <summary>Everybody who waits to send looks again.</summary>
    private void Pulse()
    {
        _room?.TrySetResult();
        _room = null;
    }

    private async Task ReadAsync(FrameReader reader)
    {
        try
        {
            await reader.RunAsync(_stop.Token).ConfigureAwait(false);
            End(new EndOfStreamException("the connection ended"));
        }
        catch (Exception e)
        {
            // Whatever it is, nothing can be read any more: the connection ends with it, and every call is told.
            End(e);
        }
    }

    /// <param name="reason">Null if it is we who end it.</param>
    private void End(Exception? reason)
    {
        lock (_gate)
        {
            if (_ended.Task.IsCompleted)
            {
                return;
            }

            _over = CallFailure.Unavailable(reason is null ? "the client's session is gone" : $"the client's session is gone: {reason.Message}");
            if (reason is not (null or EndOfStreamException or OperationCanceledException))
            {
                SayWhy(reason is Http2Exception mistake ? mistake.Error : Http2Error.Internal);
            }

            Http2Call[] left = [.. _calls.Values, .. _waiting.Select(w => w.Call)];
            _calls.Clear();
            _waiting.Clear();
            Array.ForEach(left, call => call.Fail(_over));
            Pulse();
            _ended.TrySetResult();
        }

        _writer.Flush();
        _stop.Cancel();
    }

    private void SayWhy(Http2Error error)
    {
        var payload = new byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(sizeof(int)), (int)error);
        if (!_writer.IsFull)
        {
            _writer.Add(FrameType.GoAway, FrameFlags.None, 0, payload);
        }
    }
}
