namespace Corten.EndToEnd;

/// <summary>
/// A way out of a daemon's network namespace, for builds that fetch Debian's packages: a link to the machine, and address translation there. Disposing
/// takes both back.
/// </summary>
public sealed class Uplink : IAsyncDisposable
{
    private const string Forwarding = "/proc/sys/net/ipv4/ip_forward";

    private readonly string _name;
    private readonly bool _wasForwarding;

    private Uplink(string name, bool wasForwarding) => (_name, _wasForwarding) = (name, wasForwarding);

    public static async Task<Uplink> OpenAsync(CortenDaemon daemon)
    {
        // A network of four addresses out of 100.64.0.0/10, which is for carriers' own use (RFC 6598).
        var number = (Environment.ProcessId & 0xFFFF) * 4;
        var prefix = $"100.{64 + (number >> 16)}.{(number >> 8) & 0xFF}";
        var (here, there) = ($"{prefix}.{(number & 0xFF) + 1}", $"{prefix}.{(number & 0xFF) + 2}");
        var name = "up" + daemon.Name[2..].Replace('-', 'x');
        var uplink = new Uplink(name, File.ReadAllText(Forwarding).Trim() == "1");
        (await Shell.RunAsync(["/bin/sh", "-ec", $$"""
            ip link add {{name}} type veth peer name uplink netns {{daemon.Name}}
            ip address add {{here}}/30 dev {{name}}
            ip link set {{name}} up
            ip -n {{daemon.Name}} address add {{there}}/30 dev uplink
            ip -n {{daemon.Name}} link set uplink up
            ip -n {{daemon.Name}} route add default via {{here}}
            echo 1 >{{Forwarding}}
            nft -f - <<END
            table ip {{name}} {
              chain out {
                type nat hook postrouting priority srcnat
                ip saddr {{there}} oifname != "{{name}}" masquerade
              }
            }
            END
            """])).Ok();
        return uplink;
    }

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync(["nft", "delete", "table", "ip", _name]);
        await Shell.RunAsync(["ip", "link", "del", _name]);
        if (!_wasForwarding)
        {
            await File.WriteAllTextAsync(Forwarding, "0");
        }
    }
}
