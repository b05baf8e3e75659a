using System.Net.Sockets;
using System.Text;

namespace Corten.EndToEnd;

/// <summary>What a thousand rounds of connecting and disconnecting leave behind: nothing.</summary>
public sealed class NetworkLeakTests
{
    [Fact]
    public async Task A_thousand_rounds_leave_no_link_address_route_rule_namespace_port_or_descriptor()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        // "a" comes before "bridge": whenever it is joined, the default routes and the published ports move there, and back when it is left.
        (await daemon.ScriptAsync("""
            set -e
            docker network create --ipv6 a; docker network create z
            docker run -d --name one -p 18400:80 -p 18400:80/udp busybox sleep 1000
            """)).Ok();
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(daemon.Socket), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        for (var round = 0; round < 20; round++)
        {
            await RoundAsync(http);
        }

        var before = await CountAsync(daemon);
        // Two networks a round.
        for (var round = 0; round < 500; round++)
        {
            await RoundAsync(http);
        }

        Assert.Equal(before, await CountAsync(daemon));
    }

    private static async Task RoundAsync(HttpClient http)
    {
        foreach (var verb in new[] { "networks/a/connect", "networks/z/connect", "networks/a/disconnect", "networks/z/disconnect" })
        {
            using var response = await http.PostAsync("http://d/v1.51/" + verb, new StringContent("""{"Container":"one"}""", Encoding.UTF8, "application/json"));
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Counts, and for the daemon and its attendant the kinds of their descriptors; connections of clients come and go and are left out.</summary>
    private static async Task<string> CountAsync(CortenDaemon daemon)
    {
        var counted = (await daemon.ScriptAsync("""
            echo "links $(ip -o link | wc -l), addresses $(ip -o addr | wc -l), routes $(ip route show table all | wc -l), rules $(nft list ruleset | wc -l)"
            echo "listening $(ss -Htuln | sort | tr -s ' ' | cut -d' ' -f1,5 | tr '\n' ';')"
            inside() { nsenter -t "$(docker inspect -f '{{.State.Pid}}' one)" -n "$@"; }
            echo "inside: links $(inside ip -o link | wc -l), addresses $(inside ip -o addr | wc -l), routes $(inside ip route show table all | wc -l), rules $(inside nft list ruleset | wc -l)"
            """)).Ok().Text;
        var attendant = Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(p => int.TryParse(p, out _)).Select(p => int.Parse(p!))
            .Single(p => CommandLine(p).Contains($"network-attendant\0{daemon.ExecRoot}/attendant.sock", StringComparison.Ordinal));
        return $"{counted}\nnamespaces {Directory.GetFiles(daemon.ExecRoot + "/netns").Length}\ncortend {Descriptors(daemon.ProcessId)}\nattendant {Descriptors(attendant)}";
    }

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string Descriptors(int process) => string.Join(", ", new DirectoryInfo($"/proc/{process}/fd").GetFiles()
        .Select(file => file.LinkTarget ?? "").Select(target => target.StartsWith("socket:", StringComparison.Ordinal) ? "socket"
            : target.StartsWith("net:", StringComparison.Ordinal) || target.Contains("/netns/", StringComparison.Ordinal) ? "namespace" : "other")
        .Where(kind => kind != "other").GroupBy(kind => kind).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count()}"));
}
