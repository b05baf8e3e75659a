using System.IO.Pipelines;

namespace Corten.Daemon.Http;

/// <summary>
/// Lets code that writes a stream synchronously, on a thread of its own, write an HTTP body, which takes asynchronous writes only. What is
/// written waits until the client takes it.
/// </summary>
internal static class SynchronousBody
{
    private static readonly PipeOptions _options = new(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false);

    /// <param name="target">The body.</param>
    /// <param name="produce">Writes to the stream that it is given, and stops when the token is cancelled: the client is gone.</param>
    public static async Task CopyAsync(Stream target, Func<Stream, CancellationToken, Task> produce, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe(_options);
        var producing = ProduceAsync(pipe.Writer, produce, stop.Token);
        try
        {
            await pipe.Reader.CopyToAsync(target, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await pipe.Reader.CompleteAsync();
            await producing;
        }
    }

    private static async Task ProduceAsync(PipeWriter writer, Func<Stream, CancellationToken, Task> produce, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await Task.Run(() => produce(writer.AsStream(leaveOpen: true), cancellationToken), CancellationToken.None);
        }
        catch (Exception e)
        {
            // It comes out of the reader's side, after what was written before it.
            failure = e;
        }

        await writer.CompleteAsync(failure);
    }
}
