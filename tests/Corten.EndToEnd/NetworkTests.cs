namespace Corten.EndToEnd;

/// <summary>Networks with the stock client. Who reaches whom is in <c>Scripts/networks/reachability.sh</c>, recorded from the real engine.</summary>
public sealed class NetworkTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
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
    public async Task Rules_live_beside_those_of_others_are_repaired_and_leave_whole()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        // A host firewall as iptables and ufw (on its compatible tables) or firewalld put it up: what is forwarded is dropped.
        var typed = await daemon.ScriptAsync($$"""
            set -e
            nft add table ip filter; nft add chain ip filter FORWARD '{ type filter hook forward priority filter; policy drop; }'; nft add rule ip filter FORWARD counter reject
            nft add table inet firewalld; nft add chain inet firewalld filter_FORWARD '{ type filter hook forward priority filter + 10; policy drop; }'
            docker network create net >/dev/null
            docker run -d --name web --network net -p 18097:80 busybox sh -c 'echo up >/tmp/index.html; exec httpd -f -p 80 -h /tmp' >/dev/null
            ip netns add {{daemon.Name}}o; ip link add out0 type veth peer name eth0 netns {{daemon.Name}}o; ip addr add 10.79.0.1/24 dev out0; ip link set out0 up
            ip -n {{daemon.Name}}o addr add 10.79.0.2/24 dev eth0; ip -n {{daemon.Name}}o link set eth0 up
            ask() { nsenter --net=/run/netns/{{daemon.Name}}o curl -s -m 3 http://10.79.0.1:18097 || echo no; }
            ask; nft flush chain ip filter FORWARD; docker run --rm busybox true; ask; nft delete table inet corten; docker run --rm busybox true; ask
            ip netns del {{daemon.Name}}o; docker rm -f web >/dev/null
            nft list ruleset | grep -c -i '\(table\|jump\|chain\) .*corten'
            """);
        Assert.Equal("up\nup\nup\n5\n", typed.Ok().Output);
        // A daemon that runs would put them back at once.
        await daemon.StopAsync();
        var removed = await daemon.ScriptAsync($"{Programs.Daemon} remove-rules; nft list ruleset | grep -c -i corten; nft list chains | grep -c FORWARD");
        Assert.Equal("0\n2\n", removed.Ok().Output);
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
