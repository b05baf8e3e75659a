using Corten.Storage;

namespace Corten.Images.Archives;

/// <summary>A stream whose first bytes can be looked at before it is read.</summary>
internal sealed class PeekedStream : ReadOnlyStream
{
    private readonly Stream _rest;
    private readonly byte[] _head;
    private int _given;

    /// <param name="source">Read here and now; not owned.</param>
    /// <param name="length">How many bytes to look at.</param>
    public PeekedStream(Stream source, int length)
    {
        var head = new byte[length];
        var read = source.ReadAtLeast(head, length, throwOnEndOfStream: false);
        (_rest, _head) = (source, head[..read]);
    }

    /// <summary>The first bytes; fewer than asked for if the stream is shorter.</summary>
    public ReadOnlySpan<byte> Head => _head;

    public override int Read(Span<byte> buffer)
    {
        if (_given == _head.Length)
        {
            return _rest.Read(buffer);
        }

        var count = Math.Min(buffer.Length, _head.Length - _given);
        _head.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }
}
