using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Corten.Containers;
using Corten.Containers.Attach;
using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>GET /containers/{id}/attach/ws</c>: the same as an attachment, in binary messages of a web socket and never framed.</summary>
internal sealed class AttachWebSocket(ContainerService containers)
{
    /// <summary>RFC 6455, section 1.3.</summary>
    private const string HandshakeSalt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public async Task ServeAsync(RequestContext context)
    {
        containers.Registry.Find(context.Route["id"]);
        var key = context.Header("Sec-WebSocket-Key");
        if (key.Length == 0 || !context.WantsUpgrade)
        {
            throw CortenException.Invalid("not websocket protocol");
        }

        var query = context.Query;
        var options = Attach.Options(query);
        if (context.Version < new ApiVersion(1, 42))
        {
            options = options with { Stdin = true, Stdout = true, Stderr = true };
        }

        using var joined = containers.Attach.Join(context.Route["id"], options);
        context.Http.Response.Headers["Sec-WebSocket-Accept"] = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeSalt)));
        await using var raw = await context.HijackAsync("application/octet-stream", "websocket");
        using var socket = WebSocket.CreateFromStream(raw, isServer: true, subProtocol: null, keepAliveInterval: Timeout.InfiniteTimeSpan);
        await using var stream = new WebSocketStream(socket, framed: !joined.Container.Record.Config.Tty);
        await containers.Attach.RunAsync(joined, stream, raw.Gone);
        await stream.CloseAsync(raw.Gone);
    }
}
