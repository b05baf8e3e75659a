using Corten.Build.BuildKit.Sessions.Http2;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions.Calls;

/// <summary>A call, whatever its messages.</summary>
internal interface ISessionCall : IDisposable
{
    /// <summary>How it ended.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    CallOutcome Outcome { get; }

    Task<Metadata> HeadersAsync();
}

/// <summary>
/// One gRPC call of any kind. A message that is there already is handed over without waiting and without a task of its own. A call belongs to whoever reads
/// it; disposing of it gives up what is not over.
/// </summary>
internal sealed class SessionCall<TRequest, TResponse> : ISessionCall, IAsyncStreamReader<TResponse>, IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private static readonly Task<bool> One = Task.FromResult(true);
    private static readonly CallFailure Disposed = new(new Status(StatusCode.Cancelled, "the call was disposed of"));

    private readonly Http2Call _call;
    private readonly Marshaller<TRequest> _requests;
    private readonly Marshaller<TResponse> _responses;
    private readonly OutgoingMessage _outgoing = new();
    private readonly IncomingMessage _incoming;
    private TResponse? _current;
    private CallOutcome? _outcome;
    private int _sending;
    private int _reading;
    private bool _isDisposed;

    private SessionCall(Http2Call call, Method<TRequest, TResponse> method)
    {
        (_call, _requests, _responses) = (call, method.RequestMarshaller, method.ResponseMarshaller);
        _incoming = new IncomingMessage(call);
    }

    public TResponse Current => _current ?? throw new InvalidOperationException("there is no message yet");

    /// <summary>Messages go out as they come; those that come meanwhile go together.</summary>
    public WriteOptions? WriteOptions { get; set; }

    public CallOutcome Outcome => _outcome ?? throw new InvalidOperationException("the call is not over yet");

    /// <summary>Its headers go out with its first message, or when the connection is flushed.</summary>
    public static SessionCall<TRequest, TResponse> Begin(Http2Client connection, Method<TRequest, TResponse> method, CallOptions options)
    {
        if (options.Deadline is not null || options.Credentials is not null)
        {
            throw new NotSupportedException("calls of a session have neither deadlines nor credentials of their own");
        }

        var call = connection.Open(CallHeaders.Of(method.FullName, options.Headers));
        call.CancelWith(options.CancellationToken);
        return new SessionCall<TRequest, TResponse>(call, method);
    }

    /// <summary>One message there, one back.</summary>
    public async Task<TResponse> AskAsync(TRequest request)
    {
        SendOnly(request);
        return await AnswerAsync().ConfigureAwait(false);
    }

    /// <summary>The only answer.</summary>
    public async Task<TResponse> AnswerAsync()
    {
        try
        {
            var answer = await MoveNext(CancellationToken.None).ConfigureAwait(false) ? Current : throw new RpcException(new Status(StatusCode.Internal, "the call ended without an answer"));
            return await MoveNext(CancellationToken.None).ConfigureAwait(false) ? throw new RpcException(new Status(StatusCode.Internal, "the call has more than one answer")) : answer;
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Sends the only request. If that fails the call has failed, which its reader is told.</summary>
    public async void SendOnly(TRequest request)
    {
        try
        {
            await _call.SendAsync(_outgoing.Write(request, _requests), end: true).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            // It is over, and the reader knows why.
        }
        catch (Exception e)
        {
            _call.Cancel(new CallFailure(new Status(StatusCode.Internal, e.Message, e)));
        }
    }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _sending, 1) != 0)
        {
            throw new InvalidOperationException("the message before is still being sent");
        }

        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sending = _call.SendAsync(_outgoing.Write(message, _requests), end: false);
            if (!sending.IsCompletedSuccessfully)
            {
                return WaitAsync(sending, cancellationToken);
            }
        }
        catch (RpcException e)
        {
            _sending = 0;
            throw WhyOver(e);
        }
        catch
        {
            _sending = 0;
            throw;
        }

        _sending = 0;
        return Task.CompletedTask;
    }

    public Task CompleteAsync() => _call.SendAsync(ReadOnlyMemory<byte>.Empty, end: true).AsTask();

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _reading, 1, 0) != 0)
        {
            return _isDisposed ? Task.FromException<bool>(Disposed.ToException()) : throw new InvalidOperationException("the message before is still being waited for");
        }

        try
        {
            if (TryNext())
            {
                StopReading();
                return One;
            }
        }
        catch (Exception e)
        {
            StopReading();
            return Task.FromException<bool>(Refuse(e));
        }

        return NextAsync(cancellationToken);
    }

    public async Task<Metadata> HeadersAsync()
    {
        await _call.Answered.ConfigureAwait(false);
        return _call.Headers is { } headers ? CallHeaders.MetadataOf(headers) : throw (_call.Failure ?? CallFailure.Unavailable("the call ended")).ToException();
    }

    public void Dispose()
    {
        _isDisposed = true;
        _call.Cancel(Disposed);
        if (Interlocked.CompareExchange(ref _reading, 1, 0) == 0)
        {
            // Nobody reads, and nobody will: what had arrived is let go.
            _incoming.Dispose();
        }
    }

    private async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        var cancelling = cancellationToken.UnsafeRegister(
            static (call, token) => ((Http2Call)call!).Cancel(new CallFailure(new Status(StatusCode.Cancelled, "the call was given up"), token)), _call);
        try
        {
            while (!_incoming.IsEnd && _call.Failure is null)
            {
                await _incoming.WaitAsync().ConfigureAwait(false);
                if (TryNext())
                {
                    return true;
                }
            }

            _outcome ??= _call.Failure is null ? CallOutcome.Of(_call, _incoming.IsEmpty) : new CallOutcome(_call.Failure.Status, []);
        }
        catch (Exception e)
        {
            throw Refuse(e);
        }
        finally
        {
            cancelling.Unregister();
            StopReading();
        }

        return _call.Failure is { } failure ? throw failure.ToException() : _outcome.Status.StatusCode == StatusCode.OK ? false : throw new RpcException(_outcome.Status, _outcome.Trailers);
    }

    private bool TryNext()
    {
        if (_outcome is not null || _call.Failure is not null || !_incoming.TryTake())
        {
            return false;
        }

        _current = _responses.ContextualDeserializer(_incoming);
        _incoming.Release();
        return true;
    }

    /// <summary>A message that is none ends the call.</summary>
    private RpcException Refuse(Exception reason)
    {
        var failure = reason as RpcException ?? new RpcException(new Status(StatusCode.Internal, $"a message that cannot be read: {reason.Message}", reason));
        _call.Cancel(new CallFailure(failure.Status));
        return failure;
    }

    private void StopReading()
    {
        if (_isDisposed)
        {
            _incoming.Dispose();
            return;
        }

        Interlocked.Exchange(ref _reading, 0);
        if (_isDisposed && Interlocked.CompareExchange(ref _reading, 1, 0) == 0)
        {
            _incoming.Dispose();
        }
    }

    private async Task WaitAsync(ValueTask sending, CancellationToken cancellationToken)
    {
        // What was begun cannot be taken back: who does not want to wait for a message gives the call up.
        await using var cancelling = cancellationToken.UnsafeRegister(
            static (call, token) => ((Http2Call)call!).Cancel(new CallFailure(new Status(StatusCode.Cancelled, "the call was given up"), token)), _call);
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            throw WhyOver(e);
        }
        finally
        {
            _sending = 0;
        }
    }

    /// <summary>Who could not send hears what the other side had to say, if it said anything.</summary>
    private RpcException WhyOver(RpcException otherwise) =>
        _call is { ReceivedEnd: true, Failure: null } && CallOutcome.Of(_call, isWhole: true) is { Status.StatusCode: not StatusCode.OK } outcome
            ? new RpcException(outcome.Status, outcome.Trailers) : otherwise;
}
