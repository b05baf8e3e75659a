using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Corten.Build.BuildKit.Sessions.Http2;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions.Calls;

/// <summary>The messages in a call's data, one after the other, read where they arrived.</summary>
internal sealed class IncomingMessage(Http2Call call) : DeserializationContext, IDisposable
{
    /// <summary>Bytes of a message; as many as BuildKit takes.</summary>
    private const int MaxMessage = 16 << 20;

    /// <summary>A message of so many bytes may not fit into the call's window: room is made for its end before it is whole.</summary>
    private const int Long = Http2Client.StreamWindow / 4;

    /// <summary>What has arrived and is not taken.</summary>
    private ReadOnlySequence<byte> _bytes;
    private bool _holds;
    private ReadOnlySequence<byte> _message;

    /// <summary>Bytes at the beginning of <see cref="_bytes"/> that count as consumed already.</summary>
    private int _early;

    private bool _isDisposed;

    /// <summary>Nothing more will arrive.</summary>
    public bool IsEnd { get; private set; }

    /// <summary>What arrived was taken, and no part of a message is left.</summary>
    public bool IsEmpty => _bytes.IsEmpty;

    public override int PayloadLength => (int)_message.Length;

    public override byte[] PayloadAsNewBuffer() => _message.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _message;

    /// <summary>Takes the next message, if it is there: what this is then until <see cref="Release"/>.</summary>
    /// <exception cref="RpcException">It is compressed, or too long.</exception>
    public bool TryTake()
    {
        if (TryTakeHeld())
        {
            return true;
        }

        if (IsEnd)
        {
            return false;
        }

        LetGo();
        if (!call.Arrived.TryRead(out var result))
        {
            return false;
        }

        Hold(result);
        return TryTakeHeld();
    }

    /// <summary>The message is read: its bytes are given back.</summary>
    public void Release()
    {
        var length = OutgoingMessage.Prefix + (int)_message.Length;
        _bytes = _bytes.Slice(length);
        _message = default;
        var early = Math.Min(_early, length);
        _early -= early;
        call.Consumed(length - early);
    }

    /// <summary>Waits for more than there is.</summary>
    public async ValueTask WaitAsync()
    {
        LetGo();
        Hold(await call.Arrived.ReadAsync().ConfigureAwait(false));
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            LetGo();
            call.Arrived.Complete();
        }
    }

    private void Hold(in ReadResult result) => (_bytes, IsEnd, _holds) = (result.Buffer, result.IsCompleted, true);

    /// <summary>What is not taken comes again with what follows.</summary>
    private void LetGo()
    {
        if (_holds)
        {
            _holds = false;
            call.Arrived.AdvanceTo(_bytes.Start, _bytes.End);
            _bytes = default;
        }
    }

    private bool TryTakeHeld()
    {
        if (_bytes.Length < OutgoingMessage.Prefix)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[OutgoingMessage.Prefix];
        _bytes.Slice(0, OutgoingMessage.Prefix).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (prefix[0] != 0)
        {
            throw new RpcException(new Status(StatusCode.Internal, "grpc: compressed flag set with identity or empty encoding"));
        }

        if (length > MaxMessage)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"grpc: received message larger than max ({length} vs. {MaxMessage})"));
        }

        var whole = OutgoingMessage.Prefix + (int)length;
        if (_bytes.Length >= whole)
        {
            _message = _bytes.Slice(OutgoingMessage.Prefix, length);
            return true;
        }

        if (whole >= Long && _bytes.Length > _early)
        {
            call.Consumed((int)_bytes.Length - _early);
            _early = (int)_bytes.Length;
        }

        return false;
    }
}
