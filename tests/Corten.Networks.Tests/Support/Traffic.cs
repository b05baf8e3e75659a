using System.Net;
using System.Net.Sockets;
using System.Text;
using Corten.Linux.Net;
using Corten.Networks.Drivers;
using Microsoft.Win32.SafeHandles;

namespace Corten.Networks.Tests.Support;

/// <summary>Servers and clients in namespaces, with blocking sockets. A server answers with the address that it sees its client at.</summary>
internal static class Traffic
{
    private const int Patience = 1500;

    public static Socket ServeTcp(Engine engine, string container, int port, bool ipv6 = false) => Serve(engine, container, port, ipv6, SocketType.Stream);

    public static Socket ServeUdp(Engine engine, string container, int port, bool ipv6 = false) => Serve(engine, container, port, ipv6, SocketType.Dgram);

    /// <summary>The client's address as the server sees it, or why there was no answer: <c>refused</c>, <c>timeout</c>, <c>unreachable</c>.</summary>
    public static string Ask(string address, int port, string protocol = "tcp")
    {
        var target = new IPEndPoint(IPAddress.Parse(address), port);
        var type = protocol == "tcp" ? SocketType.Stream : SocketType.Dgram;
        try
        {
            using var socket = new Socket(target.AddressFamily, type, protocol == "tcp" ? ProtocolType.Tcp : ProtocolType.Udp)
            {
                ReceiveTimeout = Patience,
                SendTimeout = Patience,
                Blocking = true,
            };
            if (type == SocketType.Stream)
            {
                // TCP_SYNCNT: one SYN more after a second, which tells a lost packet from a dropped one; then give up.
                socket.SetRawSocketOption(6, 7, BitConverter.GetBytes(1));
            }
            socket.Connect(target);
            socket.Send("hello"u8);
            var buffer = new byte[128];
            var count = socket.Receive(buffer);
            return count == 0 ? "closed" : Encoding.ASCII.GetString(buffer, 0, count);
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "refused",
                SocketError.TimedOut or SocketError.WouldBlock or SocketError.TryAgain => "timeout",
                SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.AddressNotAvailable => "unreachable",
                SocketError.ConnectionReset => "reset",
                _ => e.SocketErrorCode.ToString(),
            };
        }
    }

    public static string AskFrom(Engine engine, string container, string address, int port, string protocol = "tcp") =>
        engine.In(container, () => Ask(address, port, protocol));

    /// <summary>Another machine: a namespace with a link to the host, its default route through it.</summary>
    public static SafeFileHandle Neighbour(Engine engine, string hostLink, string hostAddress, string address, string? hostAddress6 = null, string? address6 = null)
    {
        var remote = engine.Namespaces.Create();
        using var host = new RouteSocket();
        host.Run(new RouteBatch().Veth(hostLink, 0, "eth0", 0, BridgeDriver.RandomMac(), remote, 0));
        var index = host.FindLink(hostLink)!.Index;
        host.Run(new RouteBatch().AddAddress(index, IPAddress.Parse(hostAddress), 24));
        using var inside = engine.Namespaces.Run(remote, () => new RouteSocket());
        var eth0 = inside.FindLink("eth0")!.Index;
        inside.Run(new RouteBatch().Up(1).AddAddress(eth0, IPAddress.Parse(address), 24).Up(eth0)
            .AddRoute(eth0, null, IPAddress.Parse(hostAddress), AddressFamily.InterNetwork));
        if (hostAddress6 is not null)
        {
            host.Run(new RouteBatch().AddAddress(index, IPAddress.Parse(hostAddress6), 64));
            inside.Run(new RouteBatch().AddAddress(eth0, IPAddress.Parse(address6!), 64)
                .AddRoute(eth0, null, IPAddress.Parse(hostAddress6), AddressFamily.InterNetworkV6));
        }
        return remote;
    }

    private static Socket Serve(Engine engine, string container, int port, bool ipv6, SocketType type)
    {
        var socket = engine.In(container, () =>
        {
            var server = new Socket(ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
            server.Bind(new IPEndPoint(ipv6 ? IPAddress.IPv6Any : IPAddress.Any, port));
            if (type == SocketType.Stream)
            {
                server.Listen(64);
            }
            return server;
        });
        new Thread(() => Answer(socket, type)) { IsBackground = true }.Start();
        return socket;
    }

    private static void Answer(Socket server, SocketType type)
    {
        var buffer = new byte[128];
        try
        {
            while (true)
            {
                if (type == SocketType.Stream)
                {
                    using var client = server.Accept();
                    client.Send(Encoding.ASCII.GetBytes(((IPEndPoint)client.RemoteEndPoint!).Address.ToString()));
                    client.Receive(buffer);
                }
                else
                {
                    EndPoint from = new IPEndPoint(server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
                    server.ReceiveFrom(buffer, ref from);
                    server.SendTo(Encoding.ASCII.GetBytes(((IPEndPoint)from).Address.ToString()), from);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed by the test's end.
        }
    }
}
