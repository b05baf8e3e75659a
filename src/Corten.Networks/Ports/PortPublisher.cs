using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Corten.Linux;
using Corten.Networks.Attendant;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Ports;

/// <summary>Finds host ports for wishes and has the attendant take them.</summary>
internal sealed class PortPublisher(AttendantClient attendant, bool carry)
{
    /// <summary>Where ports come from that nobody chose: what the kernel itself gives to clients, and dockerd to publications.</summary>
    private const string RangePath = "/proc/sys/net/ipv4/ip_local_port_range";

    private int _nextEphemeral;

    /// <summary>
    /// Takes host ports. On failure those taken so far are held still; the caller lets go of the container's.
    /// </summary>
    /// <param name="wishes">What to publish.</param>
    /// <param name="ipv4">The endpoint that IPv4 leads to.</param>
    /// <param name="ipv6">The endpoint that IPv6 leads to; without one, IPv6 host addresses are carried to the IPv4 one.</param>
    /// <param name="device">The bridge of each, and whether its ports are translated.</param>
    /// <param name="used">The ports that are published already, of all containers.</param>
    public async Task<List<PublishedPort>> PublishAsync(
        IReadOnlyList<PortWish> wishes, Endpoint? ipv4, Endpoint? ipv6, Func<Endpoint, AddressFamily, (string Device, bool Translated)> device,
        IReadOnlyCollection<PublishedPort> used, CancellationToken cancellation)
    {
        var published = new List<PublishedPort>();
        foreach (var wish in wishes)
        {
            var targets = new List<PublishedPort>();
            foreach (var host in wish.HostAddresses)
            {
                var endpoint = host.AddressFamily == AddressFamily.InterNetworkV6 && ipv6 is not null ? ipv6
                    : host.AddressFamily == AddressFamily.InterNetwork && ipv4 is null ? null : ipv4;
                if (endpoint is null)
                {
                    continue;
                }
                var family = endpoint == ipv6 && host.AddressFamily == AddressFamily.InterNetworkV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
                var (name, translated) = device(endpoint, host.AddressFamily);
                if (family != host.AddressFamily && !carry)
                {
                    continue;
                }
                targets.Add(new PublishedPort
                {
                    Protocol = wish.Protocol,
                    HostAddress = host.ToString(),
                    HostPort = wish.First,
                    ContainerAddress = endpoint.Address(family)!.ToString(),
                    ContainerPort = wish.ContainerPort,
                    Device = name,
                    Translated = translated,
                });
            }
            if (targets.Count > 0)
            {
                published.AddRange(await FindPortAsync(wish, targets, ipv4 ?? ipv6!, [.. used, .. published], cancellation).ConfigureAwait(false));
            }
        }
        return published;
    }

    /// <summary>Tries the candidates until one can be had on all addresses of the wish.</summary>
    private async Task<IEnumerable<PublishedPort>> FindPortAsync(
        PortWish wish, List<PublishedPort> targets, Endpoint endpoint, IReadOnlyCollection<PublishedPort> used, CancellationToken cancellation)
    {
        if (!targets.Exists(t => t.Translated))
        {
            return targets.Select(t => t with { HostPort = 0 });
        }
        CortenException? failure = null;
        foreach (var port in Candidates(wish))
        {
            var attempt = targets.ConvertAll(t => t with { HostPort = t.Translated ? port : (ushort)0 });
            if (attempt.Find(a => a.Translated && used.Any(u => Clash(a, u))) is { } clash)
            {
                failure = Failure(endpoint, $"Bind for {Show(clash.HostAddress)}:{port} failed: port is already allocated");
                continue;
            }
            // Under a name of its own, so that a half-successful attempt can be undone without the container's other ports.
            var attemptName = $"{endpoint.ContainerId}/{wish.Protocol}/{wish.ContainerPort}/{targets[0].HostAddress}/{port}";
            var errors = await attendant.HoldAsync(Request(attemptName, attempt), cancellation).ConfigureAwait(false);
            var failed = errors.FindIndex(e => e != 0);
            if (failed < 0)
            {
                return attempt;
            }
            await attendant.SendAsync(new AttendantRequest { DropPorts = attemptName }, cancellation).ConfigureAwait(false);
            failure = Failure(endpoint, Words(attempt.FindAll(a => a.Translated)[failed], (Errno)errors[failed]));
        }
        throw failure ?? Failure(endpoint, "all ports are allocated");
    }

    /// <summary>The ports as the attendant is asked to hold them, under a name.</summary>
    public HoldPorts Request(string name, IEnumerable<PublishedPort> ports) => new()
    {
        Container = name,
        Ports =
        [
            .. ports.Where(p => p.Translated).Select(p => new HeldPort
            {
                Protocol = p.Protocol,
                HostAddress = p.HostAddress,
                HostPort = p.HostPort,
                ContainerAddress = p.ContainerAddress,
                ContainerPort = p.ContainerPort,
                Carry = carry,
            }),
        ],
    };

    private IEnumerable<ushort> Candidates(PortWish wish)
    {
        if (wish.First != 0)
        {
            for (int port = wish.First; port <= wish.Last; port++)
            {
                yield return (ushort)port;
            }
            yield break;
        }
        var (first, last) = EphemeralRange();
        for (var tries = 0; tries <= last - first; tries++)
        {
            _nextEphemeral = _nextEphemeral < first || _nextEphemeral >= last ? first : _nextEphemeral + 1;
            yield return (ushort)_nextEphemeral;
        }
    }

    private static (int First, int Last) EphemeralRange()
    {
        var words = File.Exists(RangePath) ? File.ReadAllText(RangePath).Split((char[])['\t', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];
        return words.Length == 2
            ? (int.Parse(words[0], CultureInfo.InvariantCulture), int.Parse(words[1], CultureInfo.InvariantCulture))
            : (32768, 60999);
    }

    private static bool Clash(PublishedPort a, PublishedPort b)
    {
        if (!b.Translated || a.Protocol != b.Protocol || a.HostPort != b.HostPort)
        {
            return false;
        }
        var (x, y) = (IPAddress.Parse(a.HostAddress), IPAddress.Parse(b.HostAddress));
        return x.AddressFamily == y.AddressFamily && (x.Equals(y) || IsAny(x) || IsAny(y));
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static string Words(PublishedPort port, Errno errno) => errno == (Errno)93
        ? $"error starting userland proxy: failed to listen on {Show(port.HostAddress)}:{port.HostPort}: protocol not supported"
        : $"failed to bind host port for {Show(port.HostAddress)}:{port.HostPort}:{Show(port.ContainerAddress)}:{port.ContainerPort}/{port.Protocol}: "
            + (errno == Errno.EADDRNOTAVAIL ? "cannot assign requested address" : LinuxException.Describe(errno));

    private static string Show(string address) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

    private static CortenException Failure(Endpoint endpoint, string words) => CortenException.Internal(
        $"driver failed programming external connectivity on endpoint {endpoint.ContainerName} ({endpoint.Id}): {words}");
}
