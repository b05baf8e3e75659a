using Corten.Oci.Errors;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;

namespace Corten.Storage.Compression;

/// <summary>
/// Undoes a compression that the first bytes tell; what they do not tell is passed on as it is.
/// </summary>
public static class Decompression
{
    private const int LongestMagic = 6;

    /// <summary>By the magic numbers of RFC 1952 (gzip), RFC 8878 (zstd, skippable frames included), bzip2 and xz.</summary>
    public static CompressionKind Detect(ReadOnlySpan<byte> start) => start switch
    {
        [0x1F, 0x8B, ..] => CompressionKind.Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => CompressionKind.Zstd,
        [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..] => CompressionKind.Zstd,
        [(byte)'B', (byte)'Z', (byte)'h', ..] => CompressionKind.Bzip2,
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => CompressionKind.Xz,
        _ => CompressionKind.None,
    };

    /// <summary>The plain bytes of <paramref name="source"/>, read synchronously. The source is not owned.</summary>
    public static Stream Open(Stream source) => Open(source, out _);

    /// <inheritdoc cref="Open(Stream)"/>
    public static Stream Open(Stream source, out CompressionKind kind)
    {
        var start = new byte[LongestMagic];
        var length = source.ReadAtLeast(start, LongestMagic, throwOnEndOfStream: false);
        kind = Detect(start.AsSpan(0, length));
        var whole = new PrefixedStream(start.AsMemory(0, length), source);
        return kind switch
        {
            CompressionKind.Gzip => new NamingFailures(() => new GunzipStream(whole), "gzip", whole),
            CompressionKind.Zstd => new NamingFailures(() => new ZstdSharp.DecompressionStream(whole, bufferSize: 1 << 17, leaveOpen: true), "zstd", whole),
            CompressionKind.Bzip2 => new NamingFailures(() => BZip2Stream.Create(whole, SharpCompress.Compressors.CompressionMode.Decompress, true), "bzip2", whole),
            CompressionKind.Xz => new NamingFailures(() => new XZStream(whole), "xz", whole),
            _ => whole,
        };
    }

    /// <summary>Bytes that were looked at already, then the rest of the stream.</summary>
    private sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest) : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> _prefix = prefix;
        private long _position;

        /// <summary>Somebody wanted more than there was.</summary>
        public bool HasEnded { get; private set; }

        /// <summary>The xz reader aligns its blocks by it.</summary>
        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int count;
            if (_prefix.IsEmpty)
            {
                count = rest.Read(buffer);
            }
            else
            {
                count = Math.Min(buffer.Length, _prefix.Length);
                _prefix.Span[..count].CopyTo(buffer);
                _prefix = _prefix[count..];
            }

            _position += count;
            HasEnded = count == 0;
            return count;
        }
    }

    /// <summary>Each library has its own exceptions for damaged input; to a caller it is one mistake of whoever made the archive. Opened with
    /// the first read, since some read ahead when they are made.</summary>
    private sealed class NamingFailures(Func<Stream> open, string format, PrefixedStream source) : ReadOnlyStream
    {
        private Stream? _inner;

        public override int Read(Span<byte> buffer)
        {
            try
            {
                return (_inner ??= open()).Read(buffer);
            }
            catch (Exception e) when (e is EndOfStreamException or not (CortenException or OperationCanceledException or IOException))
            {
                throw CortenException.Invalid(source.HasEnded ? "unexpected EOF" : $"invalid {format} data: {e.Message}", e);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _inner?.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
