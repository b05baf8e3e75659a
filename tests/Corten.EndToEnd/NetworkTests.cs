namespace Corten.EndToEnd;

/// <summary>Networks with the stock client. The rows of the reachability matrix are what Docker Engine 28.5 answers to the same commands.</summary>
public sealed class NetworkTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    /// <summary>From where, to what, and whether it is reached. A and B are networks, I an internal one; the server is on A.</summary>
    public static TheoryData<string, string, bool> Matrix => new()
    {
        { "host", "http://127.0.0.1:18080", true },
        { "host", "http://[::1]:18080", true },
        { "host", "http://$GA:18080", true },
        { "host", "http://[$GA6]:18080", true },
        { "host", "http://127.0.0.1:18081", true },
        { "host", "http://$GA:18081", false },
        { "host", "http://$IP:80", true },
        { "host", "http://$IP:81", true },
        { "host", "http://[$IP6]:80", true },
        { "same", "http://$GA:18080", true },
        { "same", "http://$GA:18081", false },
        { "same", "http://$IP:80", true },
        { "same", "http://$IP:81", true },
        { "same", "http://[$IP6]:80", true },
        { "same", "http://[$GA6]:18080", true },
        { "other", "http://$GA:18080", true },
        { "other", "http://$GB:18080", true },
        { "other", "http://$GA:18081", false },
        { "other", "http://$IP:80", false },
        { "other", "http://$IP:81", false },
        { "other", "http://[$IP6]:80", false },
        { "other", "http://[$GA6]:18080", true },
        { "inner", "http://$GI:18080", false },
        { "inner", "http://$GA:18080", false },
        { "inner", "http://$IP:80", false },
        { "server", "http://$GA:18080", true },
    };

    [Fact]
    public async Task Ports_are_reached_from_where_docker_lets_them_be_reached()
    {
        (await shared.Daemon.ScriptAsync("""
            set -e
            docker network create --ipv6 a; docker network create --ipv6 b; docker network create --internal i
            docker run -d --name server --network a -p 18080:80 -p 127.0.0.1:18081:80 busybox \
              sh -c 'echo ok >/tmp/index.html; httpd -p 81 -h /tmp; exec httpd -f -p 80 -h /tmp'
            docker run -d --name same --network a busybox sleep 1000
            docker run -d --name other --network b busybox sleep 1000
            docker run -d --name inner --network i busybox sleep 1000
            """)).Ok();
        foreach (var row in Matrix)
        {
            var (from, url, reached) = row.Data;
            var ask = from == "host" ? $"curl -gs -m 3 {url}" : $"timeout 4 docker exec {from} wget -qO- {url}";
            var outcome = await shared.Daemon.ScriptAsync($$$"""
                of() { docker inspect server -f "{{(index .NetworkSettings.Networks \"a\").$1}}"; }
                IP=$(of IPAddress) IP6=$(of GlobalIPv6Address) GA=$(of Gateway) GA6=$(of IPv6Gateway)
                GB=$(docker network inspect b -f '{{(index .IPAM.Config 0).Gateway}}') GI=$(docker network inspect i -f '{{(index .IPAM.Config 0).Gateway}}')
                {{{ask}}} </dev/null 2>/dev/null
                """);
            Assert.True((outcome.Text == "ok") == reached, $"from {from} to {url}: {(reached ? "not reached" : "reached")}");
        }

        (await shared.Daemon.ScriptAsync("docker rm -f server same other inner; docker network rm a b i")).Ok();
    }

    [Fact]
    public async Task A_service_is_found_by_name_as_the_guide_has_it()
    {
        var typed = await shared.Daemon.ScriptAsync("""
            set -e
            docker network create my-network >/dev/null
            docker run -d --name db --network my-network --network-alias postgres busybox sh -c 'echo rows >/tmp/index.html; exec httpd -f -p 5432 -h /tmp' >/dev/null
            docker run -d --name api --network my-network busybox sleep 1000 >/dev/null
            docker exec api wget -qO- http://db:5432
            docker exec api wget -qO- http://postgres:5432
            docker network create second >/dev/null
            docker network connect --alias store second db
            docker network connect second api
            docker exec api nslookup -type=a store | grep -c '^Name:'
            docker network disconnect second api
            ! docker exec api nslookup -type=a store >/dev/null
            docker network ls --format '{{.Name}} {{.Driver}}' | grep my-network
            docker rm -f db api >/dev/null
            docker network rm my-network second
            """);
        Assert.Equal("rows\nrows\n1\nmy-network bridge\nmy-network\nsecond\n", typed.Ok().Output);
    }

    [Fact]
    public async Task Names_and_ports_go_on_while_the_daemon_is_killed_and_comes_back()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        (await daemon.ScriptAsync("""
            set -e
            docker network create net
            docker run -d --name web --network net -p 18090:80 busybox sh -c 'echo up >/tmp/index.html; exec httpd -f -p 80 -h /tmp'
            docker run -d --name client --network net busybox sh -c 'while sleep 0.1; do wget -qO- http://web >>/tmp/seen 2>>/tmp/failed; done'
            """)).Ok();
        await daemon.KillAsync();
        Assert.Equal("up", (await daemon.ScriptAsync("sleep 1; curl -s -m 3 http://127.0.0.1:18090")).Text);
        await daemon.LaunchAsync();
        Assert.Equal("up\n0\n", (await daemon.ScriptAsync("""
            docker run --rm --network net busybox wget -qO- http://web
            docker exec client sh -c 'wc -l </tmp/failed'
            """)).Ok().Output);
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        var outcome = await shared.Daemon.ScriptAsync("""
            docker run -d --name holder -p 18095:80 busybox sleep 100 >/dev/null
            docker run --name loser -p 18095:80 busybox true
            code=$?; docker rm -f holder loser >/dev/null; exit $code
            """);
        outcome.Exits(125);
        Assert.Contains("Bind for 0.0.0.0:18095 failed: port is already allocated", outcome.Errors, StringComparison.Ordinal);
    }
}
