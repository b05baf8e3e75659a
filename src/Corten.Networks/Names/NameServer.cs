using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Corten.Linux.Net;
using Corten.Linux.Nftables;
using Corten.Networks.Attendant;
using Microsoft.Win32.SafeHandles;

namespace Corten.Networks.Names;

/// <summary>
/// Answers 127.0.0.11:53 in one container's namespace. The sockets have ports of the kernel's choice, and rules in that namespace lead port 53
/// of that one address to them, so that a server in the container may have port 53 for itself.
/// </summary>
internal sealed class NameServer : IDisposable
{
    private const int MaxMessage = 65535;

    private static readonly IPAddress Address = IPAddress.Parse("127.0.0.11");

    private readonly NameDirectory _directory;
    private readonly Forwarder _forwarder;
    private readonly SafeFileHandle _namespace;
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly CancellationTokenSource _closed = new();

    public NameServer(NameClient client, NameDirectory directory, NamespaceThread namespaces)
    {
        (Client, _directory) = (client, directory);
        _namespace = NetworkNamespace.Open(client.NamespacePath);
        _forwarder = new Forwarder(namespaces, _namespace);
        (_udp, _tcp) = namespaces.Run(_namespace, () => Listen());
        _ = ReceiveAsync();
        _ = AcceptAsync();
    }

    public NameClient Client { get; set; }

    public void Dispose()
    {
        _closed.Cancel();
        _udp.Dispose();
        _tcp.Dispose();
        _namespace.Dispose();
    }

    /// <summary>In the container's namespace: binds both sockets and leads port 53 to them.</summary>
    private static (Socket Udp, Socket Tcp) Listen()
    {
        var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            udp.Bind(new IPEndPoint(Address, 0));
            tcp.Bind(new IPEndPoint(Address, 0));
            tcp.Listen(64);
            using var nft = new NftContext();
            nft.Run($$"""
                table ip corten-names {
                }
                delete table ip corten-names
                table ip corten-names {
                    chain output {
                        type nat hook output priority -100; policy accept;
                        ip daddr {{Address}} udp dport 53 dnat to {{Address}}:{{((IPEndPoint)udp.LocalEndPoint!).Port}}
                        ip daddr {{Address}} tcp dport 53 dnat to {{Address}}:{{((IPEndPoint)tcp.LocalEndPoint!).Port}}
                    }
                }
                """);
            return (udp, tcp);
        }
        catch
        {
            udp.Dispose();
            tcp.Dispose();
            throw;
        }
    }

    private async Task ReceiveAsync()
    {
        var any = new IPEndPoint(IPAddress.Any, 0);
        var buffer = new byte[4096];
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                var received = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, any, _closed.Token).ConfigureAwait(false);
                var query = buffer.AsSpan(0, received.ReceivedBytes);
                if (query.Length < DnsQuery.HeaderSize)
                {
                    continue;
                }
                if (Answer(query, datagram: true) is { } answer)
                {
                    await _udp.SendToAsync(answer, SocketFlags.None, received.RemoteEndPoint, _closed.Token).ConfigureAwait(false);
                }
                else
                {
                    _ = ForwardDatagramAsync(query.ToArray(), received.RemoteEndPoint);
                }
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
            {
                // The one who asked is gone.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ForwardDatagramAsync(byte[] query, EndPoint client)
    {
        try
        {
            var answer = await _forwarder.AskAsync(query, Client.Upstreams, stream: false, _closed.Token).ConfigureAwait(false);
            await _udp.SendToAsync(answer, SocketFlags.None, client, _closed.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client is gone, or this server is.
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ConverseAsync(await _tcp.AcceptAsync(_closed.Token).ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed.
        }
    }

    private async Task ConverseAsync(Socket client)
    {
        using var stream = new NetworkStream(client, ownsSocket: true);
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
        try
        {
            var head = new byte[2];
            while (true)
            {
                idle.CancelAfter(TimeSpan.FromSeconds(30));
                await stream.ReadExactlyAsync(head, idle.Token).ConfigureAwait(false);
                var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
                await stream.ReadExactlyAsync(query, idle.Token).ConfigureAwait(false);
                if (query.Length < DnsQuery.HeaderSize)
                {
                    return;
                }
                var answer = Answer(query, datagram: false)
                    ?? await _forwarder.AskAsync(query, Client.Upstreams, stream: true, idle.Token).ConfigureAwait(false);
                if (answer.Length > MaxMessage)
                {
                    return;
                }
                BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. head, .. answer], idle.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client is gone or silent, or this server is closed.
        }
    }

    /// <summary>The answer to what is known here; null for what others have to be asked.</summary>
    private byte[]? Answer(ReadOnlySpan<byte> message, bool datagram)
    {
        if (!DnsQuery.TryParse(message, out var query))
        {
            return DnsReply.Empty(message, DnsQuery.HeaderSize, DnsCode.FormatError);
        }
        switch (query.Type)
        {
            case DnsType.A or DnsType.Aaaa:
                var name = Client.Links.GetValueOrDefault(query.Name, query.Name);
                var family = query.Type == DnsType.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
                return (Private(name, family) ?? _directory.Resolve(name, family, Client.Networks)) is { } addresses
                    ? DnsReply.Addresses(message, query.QuestionEnd, addresses, datagram)
                    : null;
            case DnsType.Ptr:
                return NameDirectory.ParseReverse(query.Name) is { } address && _directory.ReverseResolve(address, Client.Networks) is { } owner
                    ? DnsReply.Pointer(message, query.QuestionEnd, owner)
                    : null;
            default:
                // Other types of a name that is ours have no records; asking the world for them would let it answer for our name.
                return _directory.Resolve(query.Name, AddressFamily.InterNetwork, Client.Networks) is not null
                    ? DnsReply.Empty(message, query.QuestionEnd, DnsCode.NoError)
                    : null;
        }
    }

    private List<IPAddress>? Private(string name, AddressFamily family) =>
        Client.Private.TryGetValue(name, out var addresses)
            ? [.. addresses.Select(IPAddress.Parse).Where(a => a.AddressFamily == family)]
            : null;
}
