using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Corten.Client.Http2;
using Corten.EngineApi.Http2;

namespace Corten.Client.Grpc;

/// <summary>One gRPC call (PROTOCOL-HTTP2 of gRPC) from either end: messages both ways, as bytes.</summary>
public sealed class GrpcCall : IDisposable
{
    private const int Prefix = 5;
    private const int MaxMessage = 64 << 20;

    private const int SendBuffer = 16 << 10;

    private readonly Http2Stream stream;
    private readonly bool serving;
    private readonly MemoryStream pending = new();

    private GrpcCall(Http2Stream stream, bool serving) => (this.stream, this.serving) = (stream, serving);

    /// <summary>Calls <paramref name="method"/> (<c>/package.Service/Method</c>).</summary>
    public static GrpcCall Begin(Http2Connection connection, string method, params IEnumerable<Header> headers) => new(connection.Open(
    [
        new(":method", "POST"), new(":scheme", "http"), new(":path", method), new(":authority", "localhost"), new("content-type", "application/grpc"),
        new("te", "trailers"), .. headers,
    ]), serving: false);

    /// <summary>One message there, one back.</summary>
    public static byte[] Unary(Http2Connection connection, string method, ReadOnlySpan<byte> request, params IEnumerable<Header> headers)
    {
        using var call = Begin(connection, method, headers);
        call.Send(request, last: true);
        var answer = call.Receive() ?? throw new GrpcException(GrpcStatus.Unknown, $"{method} gave no answer");
        call.Receive();
        return answer;
    }

    internal static GrpcCall Serving(Http2Stream stream) => new(stream, serving: true);

    /// <summary>The values of a header, in order; those that were joined by commas are one.</summary>
    public IEnumerable<string> Values(string name) => stream.Headers.Where(h => h.Name == name).Select(h => h.Value);

    public void Send(ReadOnlySpan<byte> message, bool last = false)
    {
        Queue(message);
        Flush(last);
    }

    /// <summary>Sends a message with those that follow: many small ones make few frames.</summary>
    public void Queue(ReadOnlySpan<byte> message)
    {
        Span<byte> prefix = stackalloc byte[Prefix];
        prefix[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], message.Length);
        pending.Write(prefix);
        pending.Write(message);
        if (pending.Length >= SendBuffer)
        {
            Flush();
        }
    }

    public void Flush(bool last = false)
    {
        if (pending.Length > 0 || last)
        {
            stream.Write(pending.GetBuffer().AsSpan(0, (int)pending.Length), last);
            pending.SetLength(0);
        }
    }

    /// <summary>Says that nothing more is sent.</summary>
    public void EndSending() => Flush(last: true);

    /// <returns>Null at the end.</returns>
    /// <exception cref="GrpcException">The call failed.</exception>
    public byte[]? Receive()
    {
        var prefix = new byte[Prefix];
        if (!Fill(prefix))
        {
            if (!serving)
            {
                Check();
            }
            return null;
        }
        var length = BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1));
        if (prefix[0] != 0 || length is < 0 or > MaxMessage)
        {
            throw new InvalidDataException(prefix[0] != 0 ? "a compressed message, which was not asked for" : "a message is too large");
        }
        var message = new byte[length];
        return length == 0 || Fill(message) ? message : throw new InvalidDataException("a call ended within a message");
    }

    public void Dispose() => stream.Dispose();

    internal void Answer() => stream.SendHeaders([new(":status", "200"), new("content-type", "application/grpc")], end: false);

    internal void Finish(int code, string message)
    {
        Flush();
        stream.SendHeaders([new("grpc-status", code.ToString(CultureInfo.InvariantCulture)), .. message.Length > 0 ? [new Header("grpc-message", Escape(message))] : Array.Empty<Header>()], end: true);
    }

    private bool Fill(Span<byte> target)
    {
        for (var at = 0; at < target.Length;)
        {
            var count = stream.Read(target[at..]);
            if (count == 0)
            {
                return at == 0 ? false : throw new InvalidDataException("a call ended within a message");
            }
            at += count;
        }
        return true;
    }

    private void Check()
    {
        string? Value(string name) => stream.Trailers.Where(h => h.Name == name).Select(h => h.Value).FirstOrDefault();
        if (!int.TryParse(Value("grpc-status"), CultureInfo.InvariantCulture, out var code))
        {
            var status = stream.Headers.FirstOrDefault(h => h.Name == ":status").Value;
            throw new GrpcException(GrpcStatus.Unknown, $"the engine answered with status {status} instead of gRPC's");
        }
        if (code != GrpcStatus.Ok)
        {
            throw new GrpcException(code, Uri.UnescapeDataString(Value("grpc-message") ?? ""), Value("grpc-status-details-bin") is { } details ? FromBase64(details) : null);
        }
    }

    private static byte[]? FromBase64(string text)
    {
        try
        {
            return Convert.FromBase64String(text + new string('=', (4 - text.Length % 4) % 4));
        }
        catch (FormatException)
        {
            // Details only say more than the message does.
            return null;
        }
    }

    /// <summary>Percent-encodes what is not plain ASCII, and the percent sign.</summary>
    private static string Escape(string message)
    {
        var text = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(message))
        {
            if (octet is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
            }
        }
        return text.ToString();
    }
}
