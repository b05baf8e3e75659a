using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Corten.Daemon.BuildKit;

/// <summary>A stream as Kestrel's transport: what HTTP/2 speaks over.</summary>
internal sealed class StreamConnection : ConnectionContext, IDuplexPipe
{
    private readonly Stream _stream;
    private readonly CancellationTokenSource _closed;
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="stream">Disposed with the connection.</param>
    /// <param name="gone">The other end is gone.</param>
    public StreamConnection(Stream stream, CancellationToken gone)
    {
        _stream = stream;
        _closed = CancellationTokenSource.CreateLinkedTokenSource(gone);
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        Transport = this;
    }

    /// <summary>Completes when the connection is disposed.</summary>
    public Task Finished => _finished.Task;

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("n");

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override CancellationToken ConnectionClosed { get => _closed.Token; set => throw new NotSupportedException(); }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _closed.Cancel();
        Input.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _stream.DisposeAsync();
        _closed.Dispose();
        _finished.TrySetResult();
    }
}
