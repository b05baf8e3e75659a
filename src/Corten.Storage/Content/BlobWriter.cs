using System.Buffers;
using System.Security.Cryptography;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Storage.Content;

/// <summary>
/// A blob on its way in. Bytes are hashed as they are written. Disposed without a commit it keeps what it has, to be taken up again by the
/// next <see cref="ContentStore.BeginAsync"/> of the same name, also after the daemon was killed; <see cref="Abandon"/> throws it away.
/// </summary>
public sealed class BlobWriter : Stream
{
    private readonly ContentStore _store;
    private readonly string _path;
    private readonly FileStream _file;
    private readonly IDisposable _turn;
    private IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _ended;

    private BlobWriter(ContentStore store, string reference, string path, FileStream file, IDisposable turn)
    {
        _store = store;
        Reference = reference;
        _path = path;
        _file = file;
        _turn = turn;
    }

    public string Reference { get; }

    /// <summary>Of all that was written, once it is sealed.</summary>
    internal Digest Digest { get; private set; }

    /// <summary>Bytes that are already there; the next write goes behind them. Not 0 at first when an earlier try was cut off.</summary>
    public long Offset { get; private set; }

    /// <summary>Bytes after which writing fails.</summary>
    public long Limit { get; set; } = long.MaxValue;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Offset;

    public override long Position
    {
        get => Offset;
        set => throw new NotSupportedException();
    }

    /// <summary>Throws away what was written so far and begins at 0: the server can't resume.</summary>
    public void Restart()
    {
        if (Offset > 0)
        {
            _file.SetLength(0);
            _file.Position = 0;
            Offset = 0;
            _hash.Dispose();
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Count(buffer.Length);
        _file.Write(buffer);
        _hash.AppendData(buffer);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Count(buffer.Length);
        await _file.WriteAsync(buffer, cancellationToken);
        _hash.AppendData(buffer.Span);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Everything read from the result is also written here: the way to unpack a layer while it arrives and keep its blob.</summary>
    public Stream Tee(Stream source) => new TeeStream(source, this);

    /// <summary>The bytes that an earlier try left, to be read by a consumer before those that are still to come.</summary>
    public Stream OpenWritten() => new BoundedStream(new FileStream(_path, new FileStreamOptions
    {
        Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
    }), Offset);

    /// <summary>
    /// Verifies, syncs and admits the blob. When size or digest are wrong, what was written is thrown away.
    /// </summary>
    /// <param name="expected">Empty to accept what came.</param>
    /// <param name="size">Null when unknown.</param>
    /// <exception cref="CortenException">InvalidArgument: the wrong size or digest.</exception>
    public async Task<ContentInfo> CommitAsync(Digest expected, long? size, CancellationToken cancel = default)
    {
        await SealAsync(expected, size, cancel);
        await DiskWait.Run(Sync);
        return _store.Admit([this])[0];
    }

    /// <summary>Verifies what was written; nothing is written after it. When size or digest are wrong, it is thrown away.</summary>
    internal async Task<Digest> SealAsync(Digest expected, long? size, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (size is { } wanted && wanted != Offset)
        {
            // A short one may still be completed by a later try, a long one never.
            if (Offset > wanted)
            {
                Abandon();
            }

            throw CortenException.Invalid($"unexpected commit size {Offset}, expected {wanted}: failed precondition");
        }

        var digest = expected.Algorithm == "sha512" ? await HashFileAsync(cancel) : Hashes.Digest(_hash, "sha256");
        if (!expected.IsEmpty && digest != expected)
        {
            Abandon();
            throw CortenException.Invalid($"unexpected commit digest {digest}, expected {expected}: failed precondition");
        }

        return Digest = digest;
    }

    /// <summary>Waits until the bytes are on the disk.</summary>
    internal void Sync() => RandomAccess.FlushToDisk(_file.SafeFileHandle);

    /// <summary>Moves the file to its place in the store; the bytes are there for good.</summary>
    internal void MoveTo(string path)
    {
        File.Move(_path, path, overwrite: true);
        _ended = true;
    }

    /// <summary>Throws the bytes away, so that no later try finds them.</summary>
    public void Abandon()
    {
        if (!_ended)
        {
            _ended = true;
            _store.Forget(Reference, _path);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    internal static async Task<BlobWriter> OpenAsync(
        ContentStore store, string reference, string path, IDisposable turn, CancellationToken cancel)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        });
        var writer = new BlobWriter(store, reference, path, file, turn);
        try
        {
            await writer.RehashAsync(cancel);
            return writer;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            _hash.Dispose();
            _turn.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The running hash is not kept on disk: what an earlier try left is read again, a second a gigabyte.</summary>
    private async Task RehashAsync(CancellationToken cancel)
    {
        if (_file.Length == 0)
        {
            return;
        }

        await ForEachBlockAsync(block => _hash.AppendData(block.Span), cancel);
        Offset = _file.Position;
    }

    private async Task<Digest> HashFileAsync(CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        _file.Position = 0;
        await ForEachBlockAsync(block => hash.AppendData(block.Span), cancel);
        return Hashes.Digest(hash, "sha512");
    }

    private async Task ForEachBlockAsync(Action<ReadOnlyMemory<byte>> visit, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            int count;
            while ((count = await _file.ReadAsync(buffer, cancel)) > 0)
            {
                visit(buffer.AsMemory(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Count(int length)
    {
        if (Offset + length > Limit)
        {
            throw CortenException.Invalid($"content {Reference} is larger than the {Limit} bytes that are allowed");
        }

        Offset += length;
    }
}
