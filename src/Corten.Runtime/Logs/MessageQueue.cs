using Corten.Linux;
using Corten.Linux.Sockets;
using Corten.Runtime.Monitoring;

namespace Corten.Runtime.Logs;

/// <summary>
/// Messages on their way to a log service. What its socket does not take waits here: in blocking mode a little, and then the container's output is not read;
/// with <c>mode=non-blocking</c> up to <c>max-buffer-size</c>, beyond which the oldest messages are lost. The monitor's thread itself never waits.
/// </summary>
internal sealed class MessageQueue : IMonitorSource, IDisposable
{
    /// <summary>Beyond these bytes a blocking log is behind.</summary>
    private const int BlockedAt = 64 << 10;

    private readonly DatagramSocket _socket;
    private readonly string _name;
    private readonly long _bound;
    private readonly bool _blocking;
    private readonly Queue<byte[]> _waiting = new();
    private ReadOnlyMemory<byte> _begun;
    private long _length;
    private bool _closed;
    private bool _failed;

    /// <param name="socket">Owned from now on.</param>
    /// <param name="name">The driver's, for the diary.</param>
    /// <param name="nonBlocking">The bytes that may wait in non-blocking mode, or null.</param>
    public MessageQueue(DatagramSocket socket, string name, long? nonBlocking)
        => (_socket, _name, _blocking, _bound) = (socket, name, nonBlocking is null, nonBlocking ?? 0);

    public bool IsBlocked => _blocking && _length > BlockedAt;

    public int Descriptor => _closed ? -1 : _socket.Handle.Number();

    private bool HasWaiting => _waiting.Count > 0 || !_begun.IsEmpty;

    public PollEvents Wanted => HasWaiting ? PollEvents.Writable : PollEvents.None;

    /// <summary>A service that hung up would be told again and again; the next message finds out as well.</summary>
    public bool IsPaused => !HasWaiting;

    public void OnReady(PollEvents events) => SendWaiting();

    public void Send(byte[] message)
    {
        _waiting.Enqueue(message);
        _length += message.Length;
        SendWaiting();
        // A message that is sent in part is none of these: its rest would be taken for the head of the next.
        while (!_blocking && _length > _bound && _waiting.TryDequeue(out byte[]? oldest)) _length -= oldest.Length;
    }

    /// <summary>A last try; what the service does not take at once is lost.</summary>
    public void Dispose()
    {
        SendWaiting();
        if (HasWaiting) MonitorDiary.Write($"{_name}: {_waiting.Count + 1} messages were not taken");
        _closed = true;
        _socket.Dispose();
    }

    private void SendWaiting()
    {
        try
        {
            while (HasWaiting)
            {
                if (_begun.IsEmpty)
                {
                    _begun = _waiting.Dequeue();
                    _length -= _begun.Length;
                }
                int sent = StreamCalls.Send(_socket.Handle.Number(), _begun.Span);
                if (sent < 0) return;
                _begun = _begun[sent..];
            }
            _failed = false;
        }
        catch (LinuxException e)
        {
            // The service has gone, or the message is too long for it. One line says so until something is taken again.
            if (!_failed) MonitorDiary.Write($"{_name}: {e.Message}");
            _failed = true;
            _begun = default;
        }
    }
}
