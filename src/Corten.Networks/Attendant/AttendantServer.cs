using System.Collections.Concurrent;
using System.Net.Sockets;
using Corten.Linux;
using Corten.Networks.Names;

namespace Corten.Networks.Attendant;

/// <summary>
/// The attendant: a small process beside the daemon that holds published ports and answers the containers' name queries. It lives on when the
/// daemon is killed or replaced, and is told by the next one how things should be. It keeps nothing on disk: should it die itself, the
/// daemon starts another and tells it everything. It ends by itself when there is nothing to hold and no daemon is connected.
/// </summary>
public sealed class AttendantServer : IDisposable
{
    private readonly Socket _listener;
    private readonly PortHolder _ports = new();
    private readonly NameService _names = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Timer _unwanted;
    private readonly ConcurrentDictionary<NetworkStream, bool> _connections = [];

    private AttendantServer(Socket listener)
    {
        _listener = listener;
        _unwanted = new Timer(static server => ((AttendantServer)server!).EndIfIdle(), this, FirstCall, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long whoever started it may take to call.</summary>
    private static TimeSpan FirstCall => TimeSpan.FromSeconds(30);

    /// <summary>Done when nobody needs this process any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Listens on a socket that only its owner may use, taking the place of a dead predecessor's.</summary>
    public static AttendantServer Start(string socketPath)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(socketPath);
            listener.Bind(new UnixDomainSocketEndPoint(socketPath));
            File.SetUnixFileMode(socketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(16);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
        var server = new AttendantServer(listener);
        _ = server.AcceptAsync();
        return server;
    }

    public void Dispose()
    {
        _unwanted.Dispose();
        _listener.Dispose();
        foreach (var connection in _connections.Keys)
        {
            connection.Dispose();
        }
        _ports.Dispose();
        _names.Dispose();
        _ended.TrySetResult();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ConverseAsync(await _listener.AcceptAsync().ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _ended.TrySetResult();
        }
    }

    private async Task ConverseAsync(Socket client)
    {
        using var stream = new NetworkStream(client, ownsSocket: true);
        _connections[stream] = true;
        try
        {
            while (await AttendantFraming.ReadAsync(stream, AttendantJson.Default.AttendantRequest, default).ConfigureAwait(false) is { } request)
            {
                var reply = Answer(request);
                await AttendantFraming.WriteAsync(stream, reply, AttendantJson.Default.AttendantReply, default).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or System.Text.Json.JsonException or ObjectDisposedException)
        {
            // The daemon went away, or is none: the connection ends and everything else goes on.
        }
        finally
        {
            _connections.TryRemove(stream, out _);
            EndIfIdle();
        }
    }

    private void EndIfIdle()
    {
        if (_connections.IsEmpty && _ports.Containers().Count == 0 && _names.IsIdle)
        {
            _ended.TrySetResult();
        }
    }

    private AttendantReply Answer(AttendantRequest request)
    {
        try
        {
            if (request.Hold is { } hold)
            {
                return new AttendantReply { Errors = _ports.Hold(hold) };
            }
            if (request.Report)
            {
                return new AttendantReply { Holding = _ports.Containers() };
            }
            if (request.DropPorts is { } name)
            {
                _ports.Drop(name);
            }
            if (request.Forget is { } container)
            {
                _ports.Drop(container);
                _names.Forget(container);
            }
            if (request.Serve is { } client)
            {
                _names.Serve(client);
            }
            if (request.Publish is { } record)
            {
                _names.Publish(record);
            }
            if (request.Withdraw is { } endpoint)
            {
                _names.Withdraw(endpoint);
            }
            if (request.Everything is { } state)
            {
                _ports.DropOthers(state.Containers.ToHashSet());
                _names.Replace(state);
            }
            return new AttendantReply();
        }
        catch (Exception e) when (e is SocketException or IOException or Oci.Errors.CortenException)
        {
            return new AttendantReply { Failure = e.Message };
        }
    }
}
