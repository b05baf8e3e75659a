using System.IO.Pipelines;
using Corten.EngineApi.Streams;

namespace Corten.Daemon.Listening;

/// <summary>Both halves of a pipe as one stream; disposing it leaves the pipe as it is.</summary>
internal sealed class DuplexPipeStream(IDuplexPipe pipe) : AsynchronousStream
{
    private readonly Stream _input = pipe.Input.AsStream(leaveOpen: true);
    private readonly Stream _output = pipe.Output.AsStream(leaveOpen: true);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _input.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _output.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);
}
