using System.IO.Compression;

namespace Corten.Storage.Compression;

/// <summary>
/// Compresses to gzip on all cores: what is written is cut into members of 1 MiB, each compressed by itself, which RFC 1952 (2.2) lets stand
/// one behind the other. The same input gives the same bytes, however many cores there are. Half a percent larger than one member.
/// </summary>
public sealed class ParallelGzip : Stream
{
    private const int MemberSize = 1 << 20;

    /// <summary>Of nothing GZipStream makes nothing, which is no gzip: header, an empty final block, checksum and length 0.</summary>
    private static readonly byte[] EmptyMember = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly Stream _target;
    private readonly ZLibCompressionOptions _options;
    private readonly Queue<Task<MemoryStream>> _members = new();
    private byte[] _block = new byte[MemberSize];
    private int _length;
    private bool _any;

    /// <param name="target">Not owned; written asynchronously, in order.</param>
    /// <param name="level">zlib's, 0 to 9.</param>
    public ParallelGzip(Stream target, int level)
    {
        _target = target;
        _options = new ZLibCompressionOptions { CompressionLevel = level };
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, MemberSize - _length);
            buffer[..count].CopyTo(_block.AsMemory(_length));
            _length += count;
            buffer = buffer[count..];
            if (_length == MemberSize)
            {
                Start();
                // One member waits while each core has one, so that no core does.
                await WriteFinishedAsync(Environment.ProcessorCount + 1, cancellationToken);
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes all that is still to come. Without it the file is truncated; disposing alone, as after a failure, writes nothing.</summary>
    public async Task CompleteAsync(CancellationToken cancel = default)
    {
        if (_length > 0)
        {
            Start();
        }
        else if (!_any)
        {
            await _target.WriteAsync(EmptyMember, cancel);
        }

        await WriteFinishedAsync(0, cancel);
        await _target.FlushAsync(cancel);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Synchronous writing would wait for its own compression.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Start()
    {
        var (block, length) = (_block, _length);
        _members.Enqueue(Task.Run(() => Compress(block, length)));
        _block = new byte[MemberSize];
        _length = 0;
        _any = true;
    }

    private MemoryStream Compress(byte[] block, int length)
    {
        var member = new MemoryStream(length / 2);
        using (var gzip = new GZipStream(member, _options, leaveOpen: true))
        {
            gzip.Write(block, 0, length);
        }

        return member;
    }

    private async ValueTask WriteFinishedAsync(int keep, CancellationToken cancel)
    {
        while (_members.Count > keep)
        {
            using var member = await _members.Dequeue();
            await _target.WriteAsync(member.GetBuffer().AsMemory(0, (int)member.Length), cancel);
        }
    }
}
