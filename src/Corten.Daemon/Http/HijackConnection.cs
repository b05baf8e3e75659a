using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Corten.Linux.Interop;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Corten.Daemon.Http;

/// <summary>Lets a request's handler take the connection away from HTTP.</summary>
internal interface IHijackFeature
{
    /// <summary>
    /// The connection's raw bytes, both ways. To be called once the request's body is read to its end and before anything is answered: the
    /// caller writes the response's head itself. Disposing the stream ends the connection.
    /// </summary>
    HijackedStream Hijack();

    /// <summary>
    /// Over TCP: the client has ended its sending, and whether it still listens can only be learnt by writing. What would go on for ever has to end, the
    /// answer to an ordinary request is written all the same.
    /// </summary>
    CancellationToken InputEnded { get; }
}

/// <summary>
/// Stands between the transport and Kestrel's HTTP for one connection, because Kestrel by itself can't serve Docker's streams: it ends a
/// connection as soon as the client has ended its sending, although <c>echo x | docker run -i</c> still waits for output, and it does not
/// hand over a connection whose request has a body, as every <c>POST /exec/{id}/start</c> has.
/// </summary>
internal sealed class HijackConnection : ConnectionContext, IHijackFeature, IDuplexPipe
{
    /// <summary>How often a client that has ended its sending is looked at, to see whether it is gone altogether.</summary>
    private static readonly TimeSpan _goneCheck = TimeSpan.FromMilliseconds(100);

    private readonly ConnectionContext _inner;
    private readonly GateReader _input;
    private readonly GateWriter _output;
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationTokenSource _finished = new();
    private readonly CancellationTokenSource _inputEnded = new();
    private HijackedStream? _hijacked;

    private HijackConnection(ConnectionContext inner)
    {
        _inner = inner;
        _input = new GateReader(inner.Transport.Input);
        _output = new GateWriter(inner.Transport.Output);
        Transport = this;
    }

    /// <summary>Kestrel's connection middleware: serves HTTP, and after a hijack waits for the stream's end before the socket is closed.</summary>
    public static async Task RunAsync(ConnectionDelegate next, ConnectionContext inner)
    {
        var connection = new HijackConnection(inner);
        inner.Features.Set<IHijackFeature>(connection);
        using (inner.ConnectionClosed.UnsafeRegister(static c => _ = ((HijackConnection)c!).OnEndOfInputAsync(), connection))
        {
            try
            {
                await next(connection);
                if (connection._hijacked is { } stream)
                {
                    await stream.Finished;
                }
            }
            finally
            {
                await connection._finished.CancelAsync();
            }
        }
    }

    public HijackedStream Hijack()
    {
        if (_hijacked is not null)
        {
            throw new InvalidOperationException("the connection is hijacked already");
        }

        _hijacked = new HijackedStream(_inner.Transport, _gone.Token);
        _input.Shut();
        _output.Shut();
        return _hijacked;
    }

    public CancellationToken InputEnded => _inputEnded.Token;

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    public override string ConnectionId { get => _inner.ConnectionId; set => _inner.ConnectionId = value; }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items { get => _inner.Items; set => _inner.Items = value; }

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get => _closed.Token; set => throw new NotSupportedException(); }

    public override EndPoint? LocalEndPoint { get => _inner.LocalEndPoint; set => _inner.LocalEndPoint = value; }

    public override EndPoint? RemoteEndPoint { get => _inner.RemoteEndPoint; set => _inner.RemoteEndPoint = value; }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (_hijacked is null)
        {
            _inner.Abort(abortReason);
        }
    }

    public override ValueTask DisposeAsync() => _inner.DisposeAsync();

    /// <summary>
    /// The transport has read the end of the input. On a unix socket that is only half of a close, so the client counts as gone once poll(2)
    /// says that both directions are shut. Over TCP a close and a half-close look alike: see <see cref="IHijackFeature.InputEnded"/>.
    /// </summary>
    private async Task OnEndOfInputAsync()
    {
        if (_inner.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket)
        {
            while (!_finished.IsCancellationRequested && !Poll.IsHungUp(socket.SafeHandle))
            {
                await Task.Delay(_goneCheck, _finished.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        else
        {
            if (_hijacked is null)
            {
                await _inputEnded.CancelAsync();
            }

            return;
        }

        if (_hijacked is null)
        {
            await _closed.CancelAsync();
        }

        await _gone.CancelAsync();
    }
}
