using System.Net;
using Corten.Client.Http;
using Corten.Client.Transport;
using Corten.Oci.Errors;

namespace Corten.Client;

/// <summary>A whole answer of a server.</summary>
public sealed record HttpAnswer(HttpStatusCode Status, Func<string, string?> Header, byte[] Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}

/// <summary>
/// One server that is no engine, such as a registry: plain requests and short answers, by the same transport. The connection is used again while answers
/// are read to their end.
/// </summary>
public sealed class HttpOrigin : IDisposable
{
    /// <summary>Longer answers are refused.</summary>
    private const int MaxBody = 8 << 20;

    private readonly EngineClientOptions options;
    private readonly Dialer dialer;
    private EngineConnection? kept;

    /// <param name="host">Without a port it is that of HTTP or HTTPS.</param>
    /// <param name="tls">Null for plain HTTP.</param>
    /// <param name="userAgent">As who we ask.</param>
    public HttpOrigin(string host, TlsSettings? tls, string userAgent)
    {
        var place = new Uri((tls is null ? "http://" : "https://") + host);
        options = new EngineClientOptions { Address = new EngineAddress(EngineTransport.Tcp, host, place.IdnHost.Trim('[', ']'), place.Port), Tls = tls, UserAgent = userAgent };
        dialer = new Dialer(options.Address, tls);
    }

    /// <exception cref="EngineUnreachableException">Nobody answers there, or not by this protocol.</exception>
    public HttpAnswer Send(EngineRequest request)
    {
        while (true)
        {
            var reused = kept is not null;
            var connection = kept ?? dialer.Dial();
            kept = null;
            ResponseHead? head;
            try
            {
                head = HttpExchange.Run(connection, request, request.Path, options);
            }
            catch (InvalidDataException failure)
            {
                connection.Dispose();
                throw new EngineUnreachableException($"{request.Method} {request.Path}: {failure.Message}", nobodyListens: false, failure);
            }
            if (head is not null)
            {
                using var body = new ResponseBody(connection, head, request.Method != "HEAD" && head.Status != HttpStatusCode.NoContent, released => kept = released);
                return new HttpAnswer(head.Status, name => head[name], ReadAll(body));
            }
            connection.Dispose();
            if (!reused)
            {
                throw new EngineUnreachableException($"{request.Method} {request.Path}: EOF", nobodyListens: false);
            }
        }
    }

    public void Dispose() => kept?.Dispose();

    private static byte[] ReadAll(ResponseBody body)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[16 << 10];
        int count;
        while ((count = body.Read(buffer)) > 0)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > MaxBody)
            {
                throw CortenException.Internal("the server's answer is too long");
            }
        }
        return bytes.ToArray();
    }
}
