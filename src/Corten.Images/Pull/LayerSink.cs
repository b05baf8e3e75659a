using System.IO.Pipelines;
using Corten.Distribution.Transfer;
using Corten.Storage;
using Corten.Storage.Content;

namespace Corten.Images.Pull;

/// <summary>Takes a layer's bytes into its blob, and hands them on to the unpacker if there is one.</summary>
internal sealed class LayerSink(BlobWriter writer, PipeWriter? unpacker) : IBlobSink
{
    public long Position => writer.Offset;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(bytes, cancellationToken);
        if (unpacker is not null)
        {
            await unpacker.WriteAsync(bytes, cancellationToken);
        }
    }
}

/// <summary>One stream after the other, both owned.</summary>
internal sealed class JoinedStream(Stream first, Stream second) : ReadOnlyStream
{
    private bool _inSecond;

    public override int Read(Span<byte> buffer)
    {
        if (!_inSecond)
        {
            var count = first.Read(buffer);
            if (count > 0 || buffer.IsEmpty)
            {
                return count;
            }

            _inSecond = true;
        }

        return second.Read(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_inSecond)
        {
            var count = await first.ReadAsync(buffer, cancellationToken);
            if (count > 0 || buffer.IsEmpty)
            {
                return count;
            }

            _inSecond = true;
        }

        return await second.ReadAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            first.Dispose();
            second.Dispose();
        }

        base.Dispose(disposing);
    }
}
