namespace Corten.EngineApi.Streams;

/// <summary>Takes framed output apart. The stream stays the caller's.</summary>
public sealed class FrameReader(Stream source)
{
    private readonly byte[] _header = new byte[FrameHeader.Size];
    private int _left;
    private StdStream _stream;

    /// <summary>Reads a piece of one stream's output; a long frame arrives in several pieces.</summary>
    /// <returns>0 bytes at the end of the whole stream.</returns>
    /// <exception cref="EndOfStreamException">The stream ended within a frame.</exception>
    /// <exception cref="InvalidDataException">The stream is not framed.</exception>
    public async ValueTask<(StdStream Stream, int Count)> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_left == 0)
        {
            if (!await ReadHeaderAsync(cancellationToken).ConfigureAwait(false))
            {
                return (default, 0);
            }
        }

        var count = await source.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            throw new EndOfStreamException("unexpected EOF");
        }

        _left -= count;
        return (_stream, count);
    }

    private async ValueTask<bool> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var count = await source.ReadAtLeastAsync(_header, FrameHeader.Size, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            return false;
        }

        if (count < FrameHeader.Size)
        {
            throw new EndOfStreamException("unexpected EOF");
        }

        (_stream, _left) = FrameHeader.Read(_header);
        return true;
    }
}
