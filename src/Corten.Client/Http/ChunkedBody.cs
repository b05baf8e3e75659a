using System.Globalization;
using System.Text;
using Corten.Client.Transport;

namespace Corten.Client.Http;

/// <summary>Sends a body whose length is not known, chunk by chunk (RFC 9112 §7.1). <see cref="Finish"/> ends it.</summary>
internal sealed class ChunkedBody(EngineConnection connection) : Stream
{
    private const int ChunkSize = 64 << 10;

    private readonly byte[] chunk = new byte[ChunkSize];
    private int filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, chunk.Length - filled);
            buffer[..count].CopyTo(chunk.AsSpan(filled));
            filled += count;
            buffer = buffer[count..];
            if (filled == chunk.Length)
            {
                Flush();
            }
        }
    }

    public override void Flush()
    {
        if (filled == 0)
        {
            return;
        }
        connection.Write(Encoding.ASCII.GetBytes(filled.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
        connection.Write(chunk.AsSpan(0, filled));
        connection.Write("\r\n"u8);
        filled = 0;
    }

    public void Finish()
    {
        Flush();
        connection.Write("0\r\n\r\n"u8);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
