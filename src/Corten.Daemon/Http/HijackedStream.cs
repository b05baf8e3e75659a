using System.Buffers;
using System.IO.Pipelines;
using Corten.EngineApi.Streams;

namespace Corten.Daemon.Http;

/// <summary>
/// The raw bytes of a hijacked connection. Reads end with 0 at the client's half-close; writes go on until it is gone. Disposing sends what
/// is written and closes the connection.
/// </summary>
internal sealed class HijackedStream(IDuplexPipe transport, CancellationToken gone) : AsynchronousStream
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The client is gone in both directions. Over TCP this is only learnt by writing.</summary>
    public CancellationToken Gone => gone;

    /// <summary>Completes when the stream is disposed.</summary>
    internal Task Finished => _finished.Task;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ReadResult result;
        try
        {
            result = await transport.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is Microsoft.AspNetCore.Connections.ConnectionResetException)
        {
            return 0;
        }

        var available = result.Buffer;
        var count = (int)Math.Min(available.Length, buffer.Length);
        var taken = available.Slice(0, count);
        taken.CopyTo(buffer.Span);
        transport.Input.AdvanceTo(taken.End);
        return count;
    }

    /// <exception cref="IOException">The client is gone.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await transport.Output.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (result.IsCompleted)
        {
            throw new IOException("the client has closed the connection");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await transport.Output.CompleteAsync();
        await transport.Input.CompleteAsync();
        _finished.TrySetResult();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_finished.Task.IsCompleted)
        {
            transport.Output.Complete();
            transport.Input.Complete();
            _finished.TrySetResult();
        }

        base.Dispose(disposing);
    }
}
