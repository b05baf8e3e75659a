namespace Corten.Storage.Tar;

/// <summary>A window on a stream: data is looked at and taken from one buffer, so that it goes from there to a file without a copy.</summary>
internal sealed class BlockBuffer(Stream source)
{
    // 64 KiB: writes of a good size, in the second-level cache, and below what the collector takes for a large object.
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>Bytes of the stream that were taken.</summary>
    public long Position { get; private set; }

    /// <summary>Makes at least <paramref name="count"/> bytes available; false when the stream ends before.</summary>
    public bool Fill(int count)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end < count)
        {
            var read = source.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    /// <summary>What is available, at most <paramref name="limit"/> bytes.</summary>
    public ReadOnlySpan<byte> Available(long limit = long.MaxValue) => _buffer.AsSpan(_start, (int)Math.Min(limit, _end - _start));

    public void Take(int count)
    {
        _start += count;
        Position += count;
    }
}
