using System.IO.Pipelines;

namespace Corten.Daemon.Http;

/// <summary>
/// Lets code that writes a stream synchronously, on a thread of its own, write an HTTP body, which takes asynchronous writes only. What is
/// written waits until the client takes it.
/// </summary>
internal static class SynchronousBody
{
    /// <summary>A body that ends within so many bytes goes out with its length, as Go's server does it: Docker.DotNet can't read a short chunked one to its end.</summary>
    private const int WithLength = 2048;

    private static readonly PipeOptions _options = new(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false);

    /// <param name="context">Nothing of the answer is sent yet: what fails at the beginning is still told with a status.</param>
    /// <param name="contentType">The body's.</param>
    /// <param name="produce">Writes to the stream that it is given, and stops when the token is cancelled: the client is gone.</param>
    public static async Task AnswerAsync(RequestContext context, string contentType, Func<Stream, CancellationToken, Task> produce)
    {
        var cancellationToken = context.Aborted;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe(_options);
        var producing = ProduceAsync(pipe.Writer, produce, stop.Token);
        try
        {
            var start = await pipe.Reader.ReadAtLeastAsync(WithLength + 1, cancellationToken);
            if (start.IsCompleted && start.Buffer.Length <= WithLength)
            {
                context.Http.Response.ContentLength = start.Buffer.Length;
            }

            pipe.Reader.AdvanceTo(start.Buffer.Start);
            await pipe.Reader.CopyToAsync(await context.StartStreamAsync(contentType), cancellationToken);
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
