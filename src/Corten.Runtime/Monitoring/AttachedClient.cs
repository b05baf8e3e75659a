using System.Buffers.Binary;
using Corten.Linux;
using Corten.Supervision.Monitor;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Monitoring;

/// <summary>
/// A client's stream socket: output goes out in frames (raw from a terminal), what does not fit waits here up to a bound, and its input goes to the
/// container's stdin.
/// </summary>
internal sealed class AttachedClient : IMonitorSource
{
    public const int HeaderSize = 8;

    /// <summary>Beyond this, the container's output is not read until the client has caught up.</summary>
    private const int FullAt = 1 << 20;

    private readonly SafeFileHandle _socket;
    private readonly AttachStreams _streams;
    private readonly bool _terminal;
    private readonly ContainerInput? _input;
    private readonly OutputHub _hub;
    private readonly byte[] _buffer;
    private byte[] _pending = [];
    private int _start;
    private int _end;
    private bool _reading;

    public AttachedClient(SafeFileHandle socket, AttachStreams streams, bool terminal, ContainerInput? input, OutputHub hub, byte[] buffer)
    {
        _socket = socket;
        _streams = streams;
        _terminal = terminal;
        _input = streams.Stdin ? input : null;
        _hub = hub;
        _buffer = buffer;
        _reading = _input is not null;
        Linux.Descriptor.SetNonBlocking(socket.Number(), true);
        Descriptor = socket.Number();
        hub.Add(this);
    }

    public int Descriptor { get; private set; }

    public bool HasPending => _end > _start;

    public bool IsFull => _end - _start > FullAt;

    public PollEvents Wanted
        => (_reading && !_input!.HasPending ? PollEvents.Readable : PollEvents.None) | (HasPending ? PollEvents.Writable : PollEvents.None);

    public void OnReady(PollEvents events)
    {
        try
        {
            if ((events & PollEvents.Writable) != 0) Flush();
            if (_reading && (events & (PollEvents.Readable | PollEvents.HungUp)) != 0 && !_input!.HasPending) ReadInput();
            if ((events & PollEvents.Failed) != 0 || ((events & PollEvents.HungUp) != 0 && !_reading)) Close();
        }
        catch (LinuxException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
            Close();
        }
    }

    /// <summary>Takes over output of <paramref name="stream"/> that this client asked for. <paramref name="framed"/> has room for the head in front.</summary>
    public void Write(OutputStream stream, Span<byte> framed)
    {
        if (Descriptor < 0 || !(stream == OutputStream.Stdout ? _streams.Stdout : _streams.Stderr)) return;
        if (_terminal) framed = framed[HeaderSize..];
        else
        {
            framed[..4].Clear();
            framed[0] = (byte)stream;
            BinaryPrimitives.WriteInt32BigEndian(framed[4..], framed.Length - HeaderSize);
        }
        try
        {
            int sent = HasPending ? 0 : Math.Max(Linux.Sockets.StreamCalls.Send(Descriptor, framed), 0);
            if (sent < framed.Length) Keep(framed[sent..]);
        }
        catch (LinuxException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
            Close();
        }
    }

    /// <summary>The container has ended: no more output comes, and what is pending goes out first.</summary>
    public void Finish()
    {
        if (Descriptor >= 0 && !HasPending) Close();
    }

    public void Close()
    {
        if (Descriptor < 0) return;
        Descriptor = -1;
        _start = _end = 0;
        _socket.Dispose();
        _hub.Remove(this);
        if (_reading) _input!.ClientEnded();
        _reading = false;
    }

    private void ReadInput()
    {
        int length = Linux.Descriptor.Read(Descriptor, _buffer);
        if (length < 0) return;
        if (length > 0)
        {
            _input!.Write(_buffer.AsSpan(0, length));
            return;
        }
        // Half closed: the client has no more to say, and still listens.
        _reading = false;
        _input!.ClientEnded();
    }

    private void Flush()
    {
        int sent = Linux.Sockets.StreamCalls.Send(Descriptor, _pending.AsSpan(_start, _end - _start));
        if (sent > 0) _start += sent;
        if (_start < _end) return;
        _start = _end = 0;
        if (_pending.Length > 1 << 16) _pending = [];
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (_end + rest.Length > _pending.Length)
        {
            int length = _end - _start;
            byte[] larger = length + rest.Length > _pending.Length ? new byte[Math.Max(4096, (length + rest.Length) * 2)] : _pending;
            _pending.AsSpan(_start, length).CopyTo(larger);
            _pending = larger;
            _start = 0;
            _end = length;
        }
        rest.CopyTo(_pending.AsSpan(_end));
        _end += rest.Length;
    }
}
