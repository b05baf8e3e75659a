using System.Globalization;
using System.Text;
using Corten.Client.Transport;

namespace Corten.Client.Http;

/// <summary>Writes one request to a connection and reads the head of its response.</summary>
internal static class HttpExchange
{
    /// <returns>Null if the connection ended before an answer began.</returns>
    public static ResponseHead? Run(EngineConnection connection, EngineRequest request, string path, EngineClientOptions options)
    {
        var head = Head(request, path, options);
        try
        {
            if (request.Body is { } body)
            {
                var both = new byte[head.Length + body.Length];
                head.CopyTo(both, 0);
                body.Span.CopyTo(both.AsSpan(head.Length));
                connection.Write(both);
            }
            else
            {
                connection.Write(head);
            }
            if (request.WriteBody is { } write)
            {
                var chunks = new ChunkedBody(connection);
                write(chunks);
                chunks.Finish();
            }
        }
        catch (IOException failure) when (failure.InnerException is System.Net.Sockets.SocketException or Linux.LinuxException)
        {
            // The daemon may have answered, and hung up, before it read all of the body: its answer is the better message.
        }
        try
        {
            var answer = ResponseHead.Read(connection);
            connection.Used = true;
            return answer;
        }
        catch (IOException failure) when (failure.InnerException is System.Net.Sockets.SocketException or Linux.LinuxException)
        {
            return null;
        }
    }

    private static byte[] Head(EngineRequest request, string path, EngineClientOptions options)
    {
        var address = options.Address;
        var host = address.Transport == EngineTransport.Tcp ? $"{(address.Target.Contains(':') ? $"[{address.Target}]" : address.Target)}:{address.Port}" : "api.moby.localhost";
        var head = new StringBuilder(256);
        head.Append(request.Method).Append(' ').Append(path).Append(" HTTP/1.1\r\nHost: ").Append(host)
            .Append("\r\nUser-Agent: ").Append(options.UserAgent).Append("\r\n");
        foreach (var (name, value) in options.Headers)
        {
            Append(head, name, value);
        }
        foreach (var (name, value) in request.Headers)
        {
            Append(head, name, value);
        }
        if (request.Body is { } body)
        {
            Append(head, "Content-Type", request.ContentType);
            Append(head, "Content-Length", body.Length.ToString(CultureInfo.InvariantCulture));
        }
        else if (request.WriteBody is not null)
        {
            Append(head, "Content-Type", request.ContentType);
            Append(head, "Transfer-Encoding", "chunked");
        }
        else if (request.Method is "POST" or "PUT")
        {
            Append(head, "Content-Length", "0");
        }
        if (request.Upgrade is { } protocol)
        {
            Append(head, "Connection", "Upgrade");
            Append(head, "Upgrade", protocol);
        }
        return Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
    }

    /// <summary>A line break within a value would begin a header of its own.</summary>
    private static void Append(StringBuilder head, string name, string value)
    {
        if (name.AsSpan().ContainsAny('\r', '\n', ':') || value.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            throw Corten.Oci.Errors.CortenException.Invalid($"invalid HTTP header \"{name}\"");
        }
        head.Append(name).Append(": ").Append(value).Append("\r\n");
    }
}
