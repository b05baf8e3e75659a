using System.Globalization;
using System.Text;
using Corten.Client.Transport;

namespace Corten.Client.Http;

/// <summary>Sends a body whose length is not known, chunk by chunk (RFC 9112 §7.1). <see cref="Finish"/> ends it.</summary>
internal sealed class ChunkedBody(EngineConnection connection) : Stream
{
    private const int ChunkSize = 64 << 10;

    private const int Room = 16;

    private readonly byte[] chunk = new byte[Room + ChunkSize + 2];
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
            var count = Math.Min(buffer.Length, ChunkSize - filled);
            buffer[..count].CopyTo(chunk.AsSpan(Room + filled));
            filled += count;
            buffer = buffer[count..];
            if (filled == ChunkSize)
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
        // Size, data and end go out in one write: the size right before the data, in the room that is kept for it.
        var size = Encoding.ASCII.GetBytes(filled.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        size.CopyTo(chunk, Room - size.Length);
        "\r\n"u8.CopyTo(chunk.AsSpan(Room + filled));
        connection.Write(chunk.AsSpan(Room - size.Length, size.Length + filled + 2));
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
