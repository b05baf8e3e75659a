using Corten.Build.BuildKit.Protocol.Session;
using Google.Protobuf;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions;

/// <summary>A file of the client's that we write: <c>type=tar</c> and archives.</summary>
internal sealed class FileSendStream : Stream
{
    private const int ChunkSize = 64 * 1024;

    private readonly AsyncDuplexStreamingCall<BytesMessage, BytesMessage> _call;
    private readonly CancellationToken _cancellation;
    private readonly byte[] _buffer = new byte[ChunkSize];
    private int _length;

    public FileSendStream(BuildSession session, int exporter, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _call = new FileSend.FileSendClient(session.Invoker).DiffCopy(
            new Metadata { { "buildkit-attachable-exporter-id", exporter.ToString(System.Globalization.CultureInfo.InvariantCulture) } }, cancellationToken: cancellation);
    }

    public long Sent { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var count = Math.Min(data.Length, ChunkSize - _length);
            data[..count].CopyTo(_buffer.AsSpan(_length));
            _length += count;
            data = data[count..];
            if (_length == ChunkSize)
            {
                Flush();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Archives are written by a thread of their own, which may wait.</summary>
    public override void Flush() => SendAsync().GetAwaiter().GetResult();

    /// <summary>Waits until the client has everything.</summary>
    public async Task FinishAsync()
    {
        await SendAsync();
        await _call.RequestStream.CompleteAsync();
        await _call.ResponseStream.MoveNext(_cancellation);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _call.Dispose();
        base.Dispose(disposing);
    }

    private async Task SendAsync()
    {
        if (_length > 0)
        {
            await _call.RequestStream.WriteAsync(new BytesMessage { Data = ByteString.CopyFrom(_buffer, 0, _length) }, _cancellation);
            Sent += _length;
            _length = 0;
        }
    }
}
