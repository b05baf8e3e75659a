using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Corten.Linux.Net;
using Corten.Networks.Attendant;
using Microsoft.Win32.SafeHandles;

namespace Corten.Networks.Names;

/// <summary>
/// Asks other servers, one after the other, as a resolver would: with an id and a port of its own, so that an answer can't be guessed from
/// what the container sent.
/// </summary>
internal sealed class Forwarder(NamespaceThread namespaces, SafeFileHandle inside)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The answer with the query's id; SERVFAIL when nobody answered.</summary>
    public async Task<byte[]> AskAsync(byte[] query, IReadOnlyList<Upstream> servers, bool stream, CancellationToken cancellation)
    {
        byte[]? refusal = null;
        foreach (var server in servers)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            try
            {
                var answer = stream
                    ? await AskStreamAsync(query, server, patience.Token).ConfigureAwait(false)
                    : await AskDatagramAsync(query, server, patience.Token).ConfigureAwait(false);
                if ((answer[3] & 0x0f) is (byte)DnsCode.NoError or (byte)DnsCode.NameError)
                {
                    return answer;
                }
                refusal = answer;
            }
            catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                // The next server is asked.
            }
        }
        return refusal ?? DnsReply.Empty(query, DnsQuery.TryParse(query, out var parsed) ? parsed.QuestionEnd : 12, DnsCode.ServerFailure);
    }

    private async Task<byte[]> AskDatagramAsync(byte[] query, Upstream server, CancellationToken cancellation)
    {
        using var socket = Open(server, SocketType.Dgram, ProtocolType.Udp, out var address);
        await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
        var asked = WithFreshId(query);
        await socket.SendAsync(asked, cancellation).ConfigureAwait(false);
        var buffer = new byte[65535];
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
            if (count >= 12 && buffer[0] == asked[0] && buffer[1] == asked[1] && (buffer[2] & 0x80) != 0)
            {
                return WithId(buffer.AsSpan(0, count), query);
            }
        }
    }

    private async Task<byte[]> AskStreamAsync(byte[] query, Upstream server, CancellationToken cancellation)
    {
        using var socket = Open(server, SocketType.Stream, ProtocolType.Tcp, out var address);
        await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
        using var stream = new NetworkStream(socket, ownsSocket: false);
        var head = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)query.Length);
        await stream.WriteAsync((byte[])[.. head, .. WithFreshId(query)], cancellation).ConfigureAwait(false);
        await stream.ReadExactlyAsync(head, cancellation).ConfigureAwait(false);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
        await stream.ReadExactlyAsync(answer, cancellation).ConfigureAwait(false);
        return answer.Length >= 12 ? WithId(answer, query) : throw new IOException("an answer that is too short");
    }

    private Socket Open(Upstream server, SocketType type, ProtocolType protocol, out IPEndPoint address)
    {
        var ip = IPAddress.Parse(server.Address);
        address = new IPEndPoint(ip, 53);
        return server.Inside
            ? namespaces.Run(inside, () => new Socket(ip.AddressFamily, type, protocol))
            : new Socket(ip.AddressFamily, type, protocol);
    }

    private static byte[] WithFreshId(byte[] query)
    {
        var copy = (byte[])query.Clone();
        RandomNumberGenerator.Fill(copy.AsSpan(0, 2));
        return copy;
    }

    private static byte[] WithId(ReadOnlySpan<byte> answer, byte[] query)
    {
        var copy = answer.ToArray();
        query.AsSpan(0, 2).CopyTo(copy);
        return copy;
    }
}
