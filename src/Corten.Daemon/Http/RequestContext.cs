using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Corten.EngineApi.Streams;
using Corten.Oci.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Corten.Daemon.Http;

/// <summary>One request and its answer, with what endpoints need to decode the one and encode the other.</summary>
internal sealed class RequestContext(HttpContext http) : IDisposable
{
    private CancellationTokenSource? _streamAborted;

    public HttpContext Http => http;

    /// <summary>The version that the client speaks; the newest if the path names none.</summary>
    public ApiVersion Version { get; set; } = ApiVersion.Max;

    /// <summary>What the names in the route's pattern stood for.</summary>
    public RouteValues Route { get; set; } = new();

    public Query Query => new(http.Request.Query);

    /// <summary>Cancelled when the client has gone away. One that has only ended its sending is still there; over TCP, where that looks the same, unless a stream is asked for.</summary>
    public CancellationToken Aborted => IsStream && !Hijacked ? StreamAborted : http.RequestAborted;

    private CancellationToken StreamAborted => (_streamAborted ??= CancellationTokenSource.CreateLinkedTokenSource(
        http.RequestAborted, http.Features.Get<IHijackFeature>()?.InputEnded ?? CancellationToken.None)).Token;

    /// <summary>The request's body, unbounded: archives are read as they arrive.</summary>
    public Stream Body => http.Request.Body;

    /// <summary>Whether anything was sent to the client.</summary>
    public bool HasStarted => http.Response.HasStarted || Hijacked;

    public bool Hijacked { get; private set; }

    /// <summary>The answer goes on for as long as the client listens, or something runs.</summary>
    public bool IsStream { get; private set; }

    /// <summary>At the request's end: tokens of it are cancelled no more.</summary>
    public void Dispose() => _streamAborted?.Dispose();

    /// <summary>To be said before something is waited for that may never come.</summary>
    /// <returns><see cref="Aborted"/> as it is for a stream.</returns>
    public CancellationToken Follow()
    {
        IsStream = true;
        return Aborted;
    }

    /// <summary>A request header; empty if it is not given.</summary>
    public string Header(string name) => http.Request.Headers[name].ToString();

    /// <summary>The client asks to take the connection over (<c>Connection: Upgrade</c>).</summary>
    public bool WantsUpgrade =>
        Header("Connection").Contains("upgrade", StringComparison.OrdinalIgnoreCase) && Header("Upgrade").Length > 0;

    /// <summary>Decodes a body that has to be there.</summary>
    /// <exception cref="CortenException">It is empty, not declared to be JSON, malformed, of another type, or too long.</exception>
    public async Task<T> ReadJsonAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        RequireJsonContentType();
        return await ReadAnyJsonAsync(type) ?? throw NoValue();
    }

    /// <summary>Decodes a body that must be there, and answers as well whether it has a member that belongs to <paramref name="part"/>.</summary>
    /// <exception cref="CortenException">As of <see cref="ReadJsonAsync{T}(JsonTypeInfo{T})"/>.</exception>
    public async Task<(T Value, bool HasPart)> ReadJsonAsync<T>(JsonTypeInfo<T> type, JsonTypeInfo part)
        where T : class
    {
        RequireJsonContentType();
        var json = await JsonBody.ReadAsync(Body, Aborted);
        return JsonMistake.HasRest(json.Span) ? (JsonBody.Decode(json, type), JsonBody.HasMember(json, part)) : throw NoValue();
    }

    /// <summary>Decodes a body that may be left out.</summary>
    /// <returns>Null if it is empty.</returns>
    /// <exception cref="CortenException">It is not declared to be JSON, malformed, of another type, or too long.</exception>
    public async Task<T?> TryReadJsonAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        RequireJsonContentType();
        return await ReadAnyJsonAsync(type) ?? (http.Request.ContentLength > 0 ? throw NoValue() : null);
    }

    /// <summary>A body that is there, but blank.</summary>
    private static CortenException NoValue() => CortenException.Invalid("invalid JSON: got EOF while reading request body");

    /// <summary>Decodes a body whatever it is declared to be.</summary>
    /// <returns>Null if it is empty.</returns>
    /// <exception cref="CortenException">It is malformed, of another type, or too long.</exception>
    public async Task<T?> ReadAnyJsonAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        var json = await JsonBody.ReadAsync(Body, Aborted);
        return JsonMistake.HasRest(json.Span) ? JsonBody.Decode(json, type) : null;
    }

    /// <summary>Answers with one object.</summary>
    public async Task WriteJsonAsync<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length + 1;
        var writer = http.Response.BodyWriter;
        body.CopyTo(writer.GetSpan(body.Length + 1));
        writer.Advance(body.Length);
        writer.GetSpan(1)[0] = (byte)'\n';
        writer.Advance(1);
        await writer.FlushAsync(Aborted);
    }

    /// <summary>
    /// Answers with an array whose elements are made as they are written. A short one goes out as a whole; of a long one the client has the first
    /// elements while the last are still being made.
    /// </summary>
    public async Task WriteItemsAsync<T>(IEnumerable<T> items, JsonTypeInfo<T> type)
    {
        const int piece = 64 << 10;
        var pending = new ArrayBufferWriter<byte>(2 * piece);
        var begun = false;
        using var json = new Utf8JsonWriter(pending, new JsonWriterOptions { Encoder = type.Options.Encoder, SkipValidation = true });
        json.WriteStartArray();
        foreach (var item in items)
        {
            JsonSerializer.Serialize(json, item, type);
            if (json.BytesPending + pending.WrittenCount >= piece)
            {
                json.Flush();
                await SendAsync();
                await http.Response.Body.FlushAsync(Aborted);
            }
        }

        json.WriteEndArray();
        json.Flush();
        pending.Write("\n"u8);
        if (!begun)
        {
            http.Response.ContentLength = pending.WrittenCount;
        }

        await SendAsync();

        async Task SendAsync()
        {
            if (!begun)
            {
                (http.Response.StatusCode, http.Response.ContentType, begun) = (StatusCodes.Status200OK, "application/json", true);
            }

            await http.Response.Body.WriteAsync(pending.WrittenMemory, Aborted);
            pending.ResetWrittenCount();
        }
    }

    /// <summary>Answers without a body.</summary>
    public Task WriteEmptyAsync(int status = StatusCodes.Status204NoContent)
    {
        http.Response.StatusCode = status;
        if (status is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified))
        {
            http.Response.ContentLength = 0;
        }

        return Task.CompletedTask;
    }

    public async Task WriteTextAsync(string text, int status = StatusCodes.Status200OK, string contentType = "text/plain; charset=utf-8")
    {
        var body = Encoding.UTF8.GetBytes(text);
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, Aborted);
        }
    }

    /// <summary>Sends the head now and returns the body to be written to, in chunks, as it comes.</summary>
    public async Task<Stream> StartStreamAsync(string contentType, int status = StatusCodes.Status200OK)
    {
        IsStream = true;
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        await http.Response.StartAsync(Aborted);
        await http.Response.Body.FlushAsync(Aborted);
        return http.Response.Body;
    }

    /// <summary>
    /// Answers with a progress stream. What fails before the first line is answered with a status, what fails later by a last line, since the
    /// status is out by then.
    /// </summary>
    public async Task WriteProgressAsync(Func<ProgressWriter, CancellationToken, Task> operation)
    {
        IsStream = true;
        http.Response.ContentType = "application/json";
        using var writer = new ProgressWriter(http.Response.Body);
        try
        {
            await operation(writer, Aborted);
        }
        catch (Exception e) when (writer.Started && !Aborted.IsCancellationRequested)
        {
            await writer.ErrorAsync(e.Message, cancellationToken: Aborted);
        }
    }

    /// <summary>
    /// Takes the connection over: reads what is left of the body, answers 101, or 200 if the client asks for no upgrade, and hands out the raw
    /// bytes. The caller disposes the stream, which closes the connection, and tells later errors within it.
    /// </summary>
    /// <param name="contentType">Null for none.</param>
    /// <param name="protocol">What the connection goes on as.</param>
    public async Task<HijackedStream> HijackAsync(string? contentType, string protocol = "tcp")
    {
        await DrainBodyAsync();
        var stream = http.Features.GetRequiredFeature<IHijackFeature>().Hijack();
        Hijacked = IsStream = true;
        var head = new StringBuilder(WantsUpgrade ? "HTTP/1.1 101 UPGRADED\r\n" : "HTTP/1.1 200 OK\r\n");
        if (contentType is not null)
        {
            head.Append("Content-Type: ").Append(contentType).Append("\r\n");
        }

        if (WantsUpgrade)
        {
            head.Append("Connection: Upgrade\r\nUpgrade: ").Append(protocol).Append("\r\n");
        }

        foreach (var (name, value) in http.Response.Headers)
        {
            head.Append(name).Append(": ").Append(value.ToString()).Append("\r\n");
        }

        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), stream.Gone);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the rest of a body of no interest, up to the length of the longest JSON body.</summary>
    private async Task DrainBodyAsync() => await JsonBody.ReadAsync(Body, Aborted);

    private void RequireJsonContentType()
    {
        var given = http.Request.ContentType ?? "";
        if (given.Length == 0 && http.Request.ContentLength is null or 0 && !IsChunked)
        {
            return;
        }

        var mediaType = given.AsSpan();
        if (mediaType.IndexOf(';') is >= 0 and var end)
        {
            mediaType = mediaType[..end];
        }

        if (given.Length == 0)
        {
            throw CortenException.Invalid("malformed Content-Type header (): mime: no media type");
        }

        if (!mediaType.Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw CortenException.Invalid($"unsupported Content-Type header ({given}): must be 'application/json'");
        }
    }

    private bool IsChunked => Header("Transfer-Encoding").Length > 0;
}
