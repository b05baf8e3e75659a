using System.Security.Cryptography;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Storage.Content;

/// <summary>
/// Passes a stream through and, at its end, throws unless it had exactly the expected size and digest. A longer stream fails as soon as it
/// is too long. Whoever stops reading before the end gets no verdict.
/// </summary>
public sealed class VerifyingStream : ReadOnlyStream
{
    private readonly Stream _inner;
    private readonly Digest _expected;
    private readonly long? _size;
    private readonly IncrementalHash _hash;
    private long _read;
    private bool _verified;

    /// <param name="size">Null when unknown.</param>
    public VerifyingStream(Stream inner, Digest expected, long? size)
    {
        _inner = inner;
        _expected = expected;
        _size = size;
        _hash = IncrementalHash.CreateHash(Hashes.NameOf(expected));
    }

    public override int Read(Span<byte> buffer)
    {
        var count = _inner.Read(buffer);
        Took(buffer[..count], asked: buffer.Length);
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _inner.ReadAsync(buffer, cancellationToken);
        Took(buffer.Span[..count], asked: buffer.Length);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Took(ReadOnlySpan<byte> data, int asked)
    {
        if (asked == 0 || _verified)
        {
            return;
        }

        _read += data.Length;
        if (_size is { } size && (_read > size || (data.IsEmpty && _read < size)))
        {
            throw CortenException.Invalid($"failed size validation: {_read} != {size}: {_expected}");
        }

        if (!data.IsEmpty)
        {
            _hash.AppendData(data);
            return;
        }

        _verified = true;
        var actual = Hashes.Digest(_hash, _expected.Algorithm);
        if (actual != _expected)
        {
            throw CortenException.Invalid($"unexpected commit digest {actual}, expected {_expected}: failed precondition");
        }
    }
}
