using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Corten.Bench;

/// <summary>Requests to an engine over one kept connection: what it takes itself, without a client's start.</summary>
public sealed class EngineHttp : IDisposable
{
    private readonly HttpClient _http;

    public EngineHttp(string host)
    {
        var path = host["unix://".Length..];
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }

    /// <summary>Milliseconds from the request to the end of the answer.</summary>
    public async Task<double> PostAsync(string path, string json)
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var started = Stopwatch.GetTimestamp();
        using var response = await _http.PostAsync("http://engine" + path, body);
        var text = await response.Content.ReadAsStringAsync();
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return response.IsSuccessStatusCode ? elapsed : throw new InvalidOperationException($"POST {path}: {(int)response.StatusCode} {text}");
    }

    public void Dispose() => _http.Dispose();
}
