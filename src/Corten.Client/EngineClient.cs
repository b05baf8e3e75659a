using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Corten.Client.Http;
using Corten.Client.Transport;

namespace Corten.Client;

/// <summary>
/// Speaks the Engine API with one daemon over plain HTTP/1.1. A connection whose response was read to its end is used again, so that a
/// command of several requests pays for one. There is no ping beforehand: the version is negotiated only with a daemon that refuses ours.
/// Calls block, and may come from several threads at once; each then has a connection of its own.
/// </summary>
public sealed class EngineClient(EngineClientOptions options) : IDisposable
{
    private const string TooNew = " is too new. Maximum supported API version is ";
    private const int MaxErrorBody = 1 << 20;

    private readonly Dialer dialer = new(options.Address, options.Tls);
    private readonly ConcurrentBag<EngineConnection> idle = [];
    private string version = options.ApiVersion;
    private bool asked;

    public EngineClientOptions Options { get; } = options;

    /// <summary>The API version in use.</summary>
    public string ApiVersion => version;

    /// <summary>Sends a request and answers once the response's head is there.</summary>
    /// <exception cref="EngineException">The daemon refused it.</exception>
    /// <exception cref="EngineUnreachableException">No daemon answered.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the connection is closed.</exception>
    public EngineResponse Send(EngineRequest request, CancellationToken cancellationToken = default)
    {
        var (connection, head, registration) = Exchange(request, cancellationToken);
        var hasBody = request.Method != "HEAD" && head.Status is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified);
        var body = new ResponseBody(connection, head, hasBody, idle.Add);
        if ((int)head.Status < 400)
        {
            return new EngineResponse(head, body, registration);
        }
        var message = ReadError(head, body);
        registration.Dispose();
        var at = message.IndexOf(TooNew, StringComparison.Ordinal);
        if (head.Status == HttpStatusCode.BadRequest && at > 0 && request.WriteBody is null && Lower(message[(at + TooNew.Length)..]))
        {
            return Send(request, cancellationToken);
        }
        throw new EngineException(head.Status, message);
    }

    /// <summary>Sends a request and takes the connection over from HTTP.</summary>
    public HijackedConnection Hijack(EngineRequest request, CancellationToken cancellationToken = default)
    {
        var (connection, head, registration) = Exchange(request with { Upgrade = request.Upgrade ?? "tcp" }, cancellationToken);
        registration.Dispose();
        if (head.Status == HttpStatusCode.SwitchingProtocols)
        {
            return new HijackedConnection(connection, head["Content-Type"] ?? "");
        }
        using var body = new ResponseBody(connection, head, hasBody: true, idle.Add);
        if ((int)head.Status < 400)
        {
            throw new EngineUnreachableException($"unable to upgrade to {request.Upgrade ?? "tcp"}, received {(int)head.Status}", nobodyListens: false);
        }
        throw new EngineException(head.Status, ReadError(head, body));
    }

    /// <summary>Sends a request and reads the JSON it answers with.</summary>
    public JsonDocument GetJson(string path, CancellationToken cancellationToken = default)
        => Send(new EngineRequest("GET", path), cancellationToken).ReadJson();

    /// <summary>The elements of an array, one by one as they arrive. Each is valid until the next is asked for.</summary>
    public IEnumerable<JsonElement> GetItems(string path, CancellationToken cancellationToken = default)
        => JsonItems.Read(Send(new EngineRequest("GET", path), cancellationToken));

    /// <summary>Posts a body, or none, and reads the JSON of the answer.</summary>
    public JsonDocument PostJson(string path, ReadOnlyMemory<byte>? body = null, CancellationToken cancellationToken = default)
        => Send(new EngineRequest("POST", path) { Body = body }, cancellationToken).ReadJson();

    /// <summary>Sends a request whose answer has no body worth reading.</summary>
    /// <returns>The status: 304 means that there was nothing to do.</returns>
    public HttpStatusCode Do(string method, string path, ReadOnlyMemory<byte>? body = null, CancellationToken cancellationToken = default)
    {
        using var response = Send(new EngineRequest(method, path) { Body = body }, cancellationToken);
        response.Body.CopyTo(Stream.Null);
        return response.Status;
    }

    /// <summary>Opens a connection for the next request, while the daemon is busy with something else for us. Only where one costs nothing to keep.</summary>
    public void Prepare()
    {
        if (Options.Address.Transport != EngineTransport.Unix)
        {
            return;
        }
        try
        {
            var connection = Dial();
            // If it waits for long, the daemon closes it; then another one is opened, as for any that was used before.
            connection.Used = true;
            idle.Add(connection);
        }
        catch (EngineUnreachableException)
        {
            // The request that needs a connection says so.
        }
    }

    /// <summary>Opens a connection that speaks whatever the caller wishes (<c>system dial-stdio</c>).</summary>
    public HijackedConnection DialRaw() => new(Dial(), "");

    public void Dispose()
    {
        while (idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private (EngineConnection, ResponseHead, CancellationTokenRegistration) Exchange(EngineRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = $"{(Options.Address.Transport == EngineTransport.Tcp ? Options.Address.BasePath : "")}/v{version}{request.Path}";
        while (true)
        {
            var connection = idle.TryTake(out var kept) ? kept : Dial();
            var reused = connection.Used;
            var registration = cancellationToken.UnsafeRegister(static state => ((EngineConnection)state!).Abort(), connection);
            var done = false;
            try
            {
                var head = HttpExchange.Run(connection, request, path, Options);
                if (head is not null)
                {
                    done = true;
                    return (connection, head, registration);
                }
                cancellationToken.ThrowIfCancellationRequested();
                if (!reused || request.WriteBody is not null)
                {
                    throw new EngineUnreachableException($"error during connect: {request.Method} {request.Path}: EOF", nobodyListens: false);
                }
            }
            catch (InvalidDataException failure)
            {
                throw new EngineUnreachableException($"error during connect: {request.Method} {request.Path}: {failure.Message}", nobodyListens: false, failure);
            }
            finally
            {
                if (!done)
                {
                    registration.Dispose();
                    connection.Dispose();
                }
            }
        }
    }

    private EngineConnection Dial()
    {
        try
        {
            return dialer.Dial();
        }
        catch (EngineUnreachableException failure) when (failure.NobodyListens && Options.WhenNobodyListens is { } start && Interlocked.Exchange(ref asked, true) == false)
        {
            if (!start())
            {
                throw;
            }
            return dialer.Dial();
        }
    }

    /// <summary>Takes the daemon's own version if it is older than the one asked for.</summary>
    private bool Lower(string supported)
    {
        if (!Version.TryParse(supported.Trim(), out var theirs) || !Version.TryParse(version, out var ours) || theirs >= ours)
        {
            return false;
        }
        version = $"{theirs.Major}.{theirs.Minor}";
        return true;
    }

    private static string ReadError(ResponseHead head, Stream body)
    {
        using (body)
        {
            var bytes = new MemoryStream();
            var buffer = new byte[4096];
            int count;
            while (bytes.Length < MaxErrorBody && (count = body.Read(buffer)) > 0)
            {
                bytes.Write(buffer, 0, count);
            }
            var text = System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
            try
            {
                using var json = JsonDocument.Parse(text);
                if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("message", out var message))
                {
                    return message.GetString() ?? "";
                }
            }
            catch (JsonException)
            {
                // Plain text, as a proxy or a very old daemon answers.
            }
            return text.Trim().Length > 0 ? text.Trim() : $"request returned {(int)head.Status} without a message";
        }
    }
}
