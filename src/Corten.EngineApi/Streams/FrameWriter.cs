using System.Buffers;

namespace Corten.EngineApi.Streams;

/// <summary>
/// Writes framed output. Header and payload go out in one write, and writers of several streams may call at once. The stream stays the caller's.
/// </summary>
public sealed class FrameWriter(Stream destination) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async ValueTask WriteAsync(StdStream stream, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var size = FrameHeader.Size + payload.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            new FrameHeader(stream, payload.Length).Write(buffer);
            payload.CopyTo(buffer.AsMemory(FrameHeader.Size));
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await destination.WriteAsync(buffer.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
                await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _turn.Dispose();
}
