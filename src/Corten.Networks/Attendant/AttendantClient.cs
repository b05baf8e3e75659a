using System.Diagnostics;
using System.Net.Sockets;
using Corten.Oci.Errors;

namespace Corten.Networks.Attendant;

/// <summary>
/// The daemon's end. One request at a time. When the attendant is not there it is started, and told everything by
/// <see cref="Introduce"/> before the request goes on. A second connection, on which nothing is said, ends with the attendant: then another is
/// started at once, without waiting for a request.
/// </summary>
internal sealed class AttendantClient(NetworkOptions options) : IDisposable
{
    private const int StartAttempts = 400;

    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private NetworkStream? _stream;
    private NetworkStream? _watch;
    private volatile bool _closed;
    private AttendantServer? _own;

    /// <summary>Called with a way to send when an attendant was reached for the first time, or anew.</summary>
    public Func<Func<AttendantRequest, Task<AttendantReply>>, Task>? Introduce { get; set; }

    public async Task<List<int>> HoldAsync(HoldPorts request, CancellationToken cancellation) =>
        request.Ports.Count == 0 ? [] : (await SendAsync(new AttendantRequest { Hold = request }, cancellation).ConfigureAwait(false)).Errors;

    public async Task<AttendantReply> SendAsync(AttendantRequest request, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // A request may be repeated: each says how things should be. Once begun it is not abandoned halfway, or the next would read its answer.
            for (var attempt = 0; ; attempt++)
            {
                var stream = _stream ??= await ConnectAsync().ConfigureAwait(false);
                try
                {
                    return await ExchangeAsync(stream, request).ConfigureAwait(false);
                }
                catch (IOException) when (attempt == 0)
                {
                    await stream.DisposeAsync().ConfigureAwait(false);
                    _stream = null;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _closed = true;
        _watch?.Dispose();
        _stream?.Dispose();
        _own?.Dispose();
        _turn.Dispose();
    }

    private static async Task<AttendantReply> ExchangeAsync(NetworkStream stream, AttendantRequest request)
    {
        await AttendantFraming.WriteAsync(stream, request, AttendantJson.Default.AttendantRequest, default).ConfigureAwait(false);
        var reply = await AttendantFraming.ReadAsync(stream, AttendantJson.Default.AttendantReply, default).ConfigureAwait(false)
            ?? throw new IOException("the attendant closed the connection");
        return reply.Failure is null ? reply : throw CortenException.Internal($"network attendant: {reply.Failure}");
    }

    private async Task<NetworkStream> ConnectAsync()
    {
        var stream = await TryConnectAsync().ConfigureAwait(false) ?? await StartAsync().ConfigureAwait(false);
        try
        {
            if (Introduce is { } introduce)
            {
                await introduce(request => ExchangeAsync(stream, request)).ConfigureAwait(false);
            }
            _watch = await TryConnectAsync().ConfigureAwait(false);
            if (_watch is not null)
            {
                _ = WatchAsync(_watch);
            }
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task WatchAsync(NetworkStream watch)
    {
        using (watch)
        {
            try
            {
                await watch.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Its end is what was waited for.
            }
        }
        if (_closed)
        {
            return;
        }
        try
        {
            await SendAsync(new AttendantRequest { Report = true }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CortenException or IOException or ObjectDisposedException)
        {
            // The next request that needs it tries again, and tells the reason to whoever made it.
        }
    }

    private async Task<NetworkStream?> TryConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(options.AttendantSocket)).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private async Task<NetworkStream> StartAsync()
    {
        if (options.AttendantCommand.Count == 0)
        {
            _own?.Dispose();
            _own = AttendantServer.Start(options.AttendantSocket);
        }
        else
        {
            // Pipes that nobody reads instead of the daemon's own streams, which would stay open after the daemon's end. It writes nothing.
            var start = new ProcessStartInfo(options.AttendantCommand[0])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            // A megabyte (hexadecimal) is plenty between two collections; by default it is as much as the processor's cache.
            start.Environment["DOTNET_GCGen0MaxBudget"] = "100000";
            foreach (var argument in options.AttendantCommand.Skip(1).Append(options.AttendantSocket))
            {
                start.ArgumentList.Add(argument);
            }
            using var process = Process.Start(start);
        }
        for (var attempt = 0; attempt < StartAttempts; attempt++)
        {
            if (await TryConnectAsync().ConfigureAwait(false) is { } stream)
            {
                return stream;
            }
            await Task.Delay(StartInterval).ConfigureAwait(false);
        }
        throw CortenException.Unavailable($"the network attendant {options.AttendantCommand.FirstOrDefault()} does not answer on {options.AttendantSocket}");
    }
}
