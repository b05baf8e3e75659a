using System.Net;
using System.Net.Sockets;
using System.Text;
using Corten.Networks.Tests.Support;

namespace Corten.Networks.Tests.Sandboxes;

public sealed class UdpFlowTests
{
    /// <summary>A client that never stops sending from one port, as a log shipper does, reaches the new container after a replacement.</summary>
    [Fact]
    public async Task AFlowFollowsThePortToTheNextContainer()
    {
        await using var engine = new Engine();
        await engine.StartAsync("old", "default", ("53/udp", "18400"));
        using var remote = Traffic.Neighbour(engine, "udp0", "10.94.0.1", "10.94.0.2");
        using var client = engine.Namespaces.Run(remote, () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 2000 };
            socket.Connect(IPAddress.Parse("10.94.0.1"), 18400);
            return socket;
        });
        using (Traffic.ServeUdp(engine, "old", 53))
        {
            Assert.Equal("10.94.0.2", Ask(client));
        }
        await engine.StopAsync("old");
        await engine.StartAsync("between");
        await engine.StartAsync("new", "default", ("53/udp", "18400"));
        using var server = Traffic.ServeUdp(engine, "new", 53);
        Assert.Equal("10.94.0.2", Ask(client));
    }

    private static string Ask(Socket client)
    {
        client.Send("x"u8);
        var buffer = new byte[64];
        return Encoding.ASCII.GetString(buffer, 0, client.Receive(buffer));
    }
}
