using System.Net;
using System.Text.Json;
using Corten.Client.Http;

namespace Corten.Client;

/// <summary>A successful response whose body is still to be read. Dispose it when its body is not read to the end.</summary>
public sealed class EngineResponse : IDisposable
{
    private readonly ResponseHead head;
    private readonly CancellationTokenRegistration cancellation;

    internal EngineResponse(ResponseHead head, Stream body, CancellationTokenRegistration cancellation)
    {
        this.head = head;
        this.cancellation = cancellation;
        Body = body;
    }

    public HttpStatusCode Status => head.Status;

    public Stream Body { get; }

    public string? Header(string name) => head[name];

    /// <summary>Reads the whole body as bytes and ends the response.</summary>
    public byte[] ReadBytes()
    {
        using (this)
        {
            if (head.ContentLength is > 0 and < 1 << 24)
            {
                var whole = new byte[(int)head.ContentLength];
                Body.ReadExactly(whole);
                // Only the end makes the connection free for another request.
                Body.ReadByte();
                return whole;
            }
            var bytes = new MemoryStream(4096);
            Body.CopyTo(bytes);
            return bytes.ToArray();
        }
    }

    /// <summary>Reads the whole body as JSON and ends the response.</summary>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    public JsonDocument ReadJson() => JsonDocument.Parse(ReadBytes());

    public void Dispose()
    {
        cancellation.Dispose();
        Body.Dispose();
    }
}
