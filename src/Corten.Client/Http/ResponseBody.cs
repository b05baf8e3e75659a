using System.Globalization;
using Corten.Client.Transport;

namespace Corten.Client.Http;

/// <summary>
/// The body of a response: by length, in chunks, or until the connection ends. Once it is read to its end the connection is handed back for
/// the next request; disposed earlier, the connection is closed.
/// </summary>
internal sealed class ResponseBody : Stream
{
    private readonly EngineConnection connection;
    private readonly Action<EngineConnection> release;
    private readonly bool chunked;
    private readonly bool keeps;
    private long left;
    private bool ended;
    private bool released;

    public ResponseBody(EngineConnection connection, ResponseHead head, bool hasBody, Action<EngineConnection> release)
    {
        this.connection = connection;
        this.release = release;
        chunked = hasBody && head.Chunked;
        left = !hasBody ? 0 : chunked ? 0 : head.ContentLength ?? long.MaxValue;
        keeps = !head.Closes && (chunked || !hasBody || head.ContentLength is not null);
        if (!chunked && left == 0)
        {
            End();
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (ended || buffer.IsEmpty || (chunked && left == 0 && !NextChunk()))
        {
            return 0;
        }
        var count = connection.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        if (count == 0)
        {
            if (chunked || left != long.MaxValue)
            {
                throw new EndOfStreamException("unexpected EOF");
            }
            End();
            return 0;
        }
        if (left != long.MaxValue)
        {
            left -= count;
            if (left == 0)
            {
                EndPiece();
            }
        }
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !released)
        {
            released = true;
            connection.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool NextChunk()
    {
        var line = ResponseHead.ReadLine(connection) ?? throw new EndOfStreamException("unexpected EOF");
        var semicolon = line.IndexOf(';');
        var size = (semicolon < 0 ? line.AsSpan() : line.AsSpan(0, semicolon)).Trim();
        if (!long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out left) || left < 0)
        {
            throw new InvalidDataException($"malformed chunk size \"{line}\"");
        }
        if (left > 0)
        {
            return true;
        }
        while (ResponseHead.ReadLine(connection) is { Length: > 0 })
        {
            // Trailers are read and let go.
        }
        End();
        return false;
    }

    private void EndPiece()
    {
        if (!chunked)
        {
            End();
        }
        else if (ResponseHead.ReadLine(connection) is not "")
        {
            throw new InvalidDataException("malformed chunk");
        }
    }

    private void End()
    {
        ended = true;
        if (released)
        {
            return;
        }
        released = true;
        if (keeps)
        {
            release(connection);
        }
        else
        {
            connection.Dispose();
        }
    }
}
