using System.Net.Sockets;
using Corten.Networks.Attendant;

namespace Corten.Networks.Tests.Attendant;

public sealed class AttendantServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("corten-att-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "attendant.sock");

    [Fact]
    public async Task ItEndsWhenTheDaemonIsGoneAndNothingIsHeld()
    {
        using var server = AttendantServer.Start(Path);
        using (await ConnectAsync())
        {
            Assert.False(server.Ended.IsCompleted);
        }
        await server.Ended.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ItStaysForThePortsThatItHolds()
    {
        using var server = AttendantServer.Start(Path);
        using (var daemon = await ConnectAsync())
        {
            var reply = await AskAsync(daemon, new AttendantRequest { Hold = Ports("one", 18500) });
            Assert.Equal([0], reply.Errors);
        }
        using var next = await ConnectAsync();
        Assert.Equal(["one"], (await AskAsync(next, new AttendantRequest { Report = true })).Holding);
        Assert.False(server.Ended.IsCompleted);
        Assert.NotEqual([0], (await AskAsync(next, new AttendantRequest { Hold = Ports("two", 18500) })).Errors);
        await AskAsync(next, new AttendantRequest { Everything = new AttendantState() });
        Assert.Empty((await AskAsync(next, new AttendantRequest { Report = true })).Holding);
    }

    [Fact]
    public async Task NonsenseEndsItsOwnConnectionOnly()
    {
        using var server = AttendantServer.Start(Path);
        using var good = await ConnectAsync();
        using (var bad = await ConnectAsync())
        {
            await bad.WriteAsync(new byte[] { 0xff, 0xff, 0xff, 0x7f, 1, 2, 3 });
            try
            {
                Assert.Equal(0, await bad.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false));
            }
            catch (IOException)
            {
                // A reset, since what it sent was not all read: an end as well.
            }
        }
        Assert.Empty((await AskAsync(good, new AttendantRequest { Report = true })).Holding);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static HoldPorts Ports(string container, int port) => new()
    {
        Container = container,
        Ports = [new() { Protocol = "tcp", HostAddress = "0.0.0.0", HostPort = port, ContainerAddress = "10.0.0.1", ContainerPort = 80 }],
    };

    private static async Task<AttendantReply> AskAsync(NetworkStream stream, AttendantRequest request)
    {
        await AttendantFraming.WriteAsync(stream, request, AttendantJson.Default.AttendantRequest, default);
        return (await AttendantFraming.ReadAsync(stream, AttendantJson.Default.AttendantReply, default))!;
    }

    private async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path));
        return new NetworkStream(socket, ownsSocket: true);
    }
}
