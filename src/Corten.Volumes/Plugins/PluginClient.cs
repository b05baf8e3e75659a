using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Corten.Oci.Errors;

namespace Corten.Volumes.Plugins;

/// <summary>Speaks to one plugin: HTTP over its unix socket, or over TCP.</summary>
internal sealed class PluginClient : IDisposable
{
    /// <summary>The longest answer that is read.</summary>
    private const int MaxAnswer = 4 << 20;

    /// <summary>How long a plugin may take. Mounting a remote file system is slow.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private static readonly MediaTypeHeaderValue _mediaType = new("application/vnd.docker.plugins.v1.2+json");

    private readonly string _name;
    private readonly HttpClient _http;

    /// <param name="name">For errors.</param>
    /// <param name="address"><c>unix:///path</c>, <c>tcp://host:port</c> or <c>http://host:port</c>.</param>
    public PluginClient(string name, string address)
    {
        _name = name;

        // A plugin may close a connection when it has answered, or after a while, just as the next call is sent on it; such a call can't be repeated,
        // since nobody knows whether the plugin has carried it out. So each call has a connection of its own.
        var handler = new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero };
        var baseAddress = "http://plugin";
        if (address.StartsWith("unix://", StringComparison.Ordinal))
        {
            var path = address["unix://".Length..];
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken);
        }
        else
        {
            baseAddress = address.StartsWith("tcp://", StringComparison.Ordinal) ? "http://" + address["tcp://".Length..] : address;
        }

        _http = new HttpClient(handler) { BaseAddress = new Uri(baseAddress), Timeout = _patience, MaxResponseContentBufferSize = MaxAnswer };
    }

    /// <param name="method">As <c>VolumeDriver.Mount</c>.</param>
    /// <exception cref="CortenException">The plugin does not answer, or answers with an error, in its own words.</exception>
    public async Task<PluginAnswer> CallAsync(string method, PluginRequest request, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, PluginJson.Default.PluginRequest));
        content.Headers.ContentType = _mediaType;
        try
        {
            using var response = await _http.PostAsync(method, content, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var answer = Read(body);
            if (!response.IsSuccessStatusCode || answer is null || !string.IsNullOrEmpty(answer.Err))
            {
                var words = answer?.Err ?? System.Text.Encoding.UTF8.GetString(body).Trim();
                throw CortenException.Internal($"{method}: {words}");
            }

            return answer;
        }
        catch (HttpRequestException e)
        {
            throw CortenException.Internal($"error while calling plugin {_name}: {method}: {e.Message}", e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw CortenException.Internal($"plugin {_name} did not answer {method} within {_patience.TotalSeconds} seconds", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static PluginAnswer? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, PluginJson.Default.PluginAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// A plugin with more callers than its queue holds answers a non-blocking connect with EAGAIN (unix(7)), and no event tells when there is room:
    /// only a blocking connect waits for it, so that one is made then, on a thread and a socket of its own.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var address = new UnixDomainSocketEndPoint(path);
        try
        {
            return await ConnectAsync(s => s.ConnectAsync(address, cancellationToken).AsTask());
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain)
        {
            return await ConnectAsync(s =>
            {
                s.SendTimeout = (int)_patience.TotalMilliseconds;
                return Task.Factory.StartNew(() => s.Connect(address), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            });
        }
    }

    private static async Task<Stream> ConnectAsync(Func<Socket, Task> connect)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await connect(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
