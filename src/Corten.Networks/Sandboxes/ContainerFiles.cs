using System.Net;
using System.Net.Sockets;
using Corten.Networks.Attendant;
using Corten.Networks.Model;
using Corten.Oci.Errors;
using Microsoft.Win32.SafeHandles;

namespace Corten.Networks.Sandboxes;

/// <summary>The hosts and resolv.conf files of a container, and what its name server is told.</summary>
internal sealed class ContainerFiles(NetworkState state)
{
    /// <summary>The host's name inside containers, which needs no <c>--add-host</c>.</summary>
    private const string HostName = "host.docker.internal";

    /// <summary>
    /// Whether the embedded server answers: on user-defined networks, and where the host's resolver listens on loopback alone, which
    /// a container can't reach by itself.
    /// </summary>
    public bool UsesNameServer(SandboxState sandbox, IEnumerable<Endpoint> endpoints) =>
        sandbox.NamespacePath is not null
        && (endpoints.Any(e => IsUserDefined(e.NetworkId))
            || (Servers(sandbox).Count == 0 && endpoints.Any(e => e.Ipv4.Length + e.Ipv6.Length > 0) && !ResolvConf.OfHost().ReachableServers().Any()));

    public void Write(SandboxState sandbox, IReadOnlyCollection<Endpoint> endpoints)
    {
        var own = endpoints.SelectMany(Addresses).ToList();
        var hosts = sandbox.NamespacePath is null
            ? HostsFile.HostContent(ExtraLines(sandbox, withHostName: false))
            : HostsFile.Content(ExtraLines(sandbox, withHostName: own.Count > 0 && !UsesNameServer(sandbox, endpoints)), own,
                HostsFile.Names(sandbox.Hostname, sandbox.Domainname));
        HostsFile.Write(sandbox.HostsPath, hosts);
        HostsFile.Write(sandbox.ResolvConfPath, ResolvConfContent(sandbox, endpoints));
    }

    /// <summary>A network was joined or left while the container runs.</summary>
    public void WriteResolvConf(SandboxState sandbox, IReadOnlyCollection<Endpoint> endpoints)
    {
        if (File.Exists(sandbox.ResolvConfPath))
        {
            HostsFile.Write(sandbox.ResolvConfPath, ResolvConfContent(sandbox, endpoints));
        }
    }

    /// <summary>What the name server is told of a container; the descriptor of its namespace has to stay open until it has been told.</summary>
    public NameClient NameClient(SandboxState sandbox, IReadOnlyCollection<Endpoint> endpoints, SafeFileHandle target) => new()
    {
        Container = sandbox.ContainerId,
        Sandbox = sandbox.Id,
        NamespacePath = $"/proc/{Environment.ProcessId}/fd/{target.DangerousGetHandle()}",
        Networks = [.. Gateways.Ordered(endpoints).Select(e => e.NetworkId).Where(IsUserDefined)],
        Private = new() { [HostName] = [.. HostGateways().Select(g => g.ToString())] },
        Links = Links(sandbox, endpoints),
        Upstreams = Upstreams(sandbox, endpoints),
    };

    public static NameRecord Record(Endpoint endpoint) => new()
    {
        Endpoint = endpoint.Id,
        Network = endpoint.NetworkId,
        NetworkName = endpoint.NetworkName,
        Names = endpoint.Names,
        Ipv4 = endpoint.Ipv4,
        Ipv6 = endpoint.Ipv6,
    };

    /// <summary>The line of each address, as it is added and removed with its network.</summary>
    public static IEnumerable<IPAddress> Addresses(Endpoint endpoint)
    {
        if (endpoint.Address4 is { } ipv4)
        {
            yield return ipv4;
        }
        if (endpoint.Address6 is { } ipv6)
        {
            yield return ipv6;
        }
    }

    /// <summary>What <c>host-gateway</c> stands for.</summary>
    public IReadOnlyList<IPAddress> HostGateways() => state.Options.HostGateways.Count > 0
        ? state.Options.HostGateways
        : [.. state.Networks.Values.Where(n => n.Name == "bridge").SelectMany(n => n.Pools).Select(p => p.GatewayAddress).OfType<IPAddress>()];

    /// <summary>Reads <c>name:address</c> and <c>name=address</c>.</summary>
    public static (string Name, string Address) ParseExtraHost(string text)
    {
        var at = text.IndexOfAny([':', '=']);
        return at > 0
            ? (text[..at], text[(at + 1)..].Trim('[', ']'))
            : throw CortenException.Invalid($"bad format for add-host: \"{text}\"");
    }

    private IEnumerable<(string Address, string Names)> ExtraLines(SandboxState sandbox, bool withHostName)
    {
        foreach (var (name, address) in sandbox.ExtraHosts.Select(ParseExtraHost))
        {
            if (address != "host-gateway")
            {
                yield return (address, name);
                continue;
            }
            foreach (var gateway in HostGateways())
            {
                yield return (gateway.ToString(), name);
            }
        }
        if (withHostName && !sandbox.ExtraHosts.Any(e => ParseExtraHost(e).Name == HostName))
        {
            foreach (var gateway in HostGateways())
            {
                yield return (gateway.ToString(), HostName);
            }
        }
        foreach (var link in sandbox.Links)
        {
            foreach (var child in state.EndpointsOf(link.ChildId).Where(e => !IsUserDefined(e.NetworkId)).SelectMany(Addresses))
            {
                yield return (child.ToString(), string.Join(' ', new[] { link.Alias, link.ChildId[..12], link.ChildName }.Distinct()));
            }
        }
    }

    private string ResolvConfContent(SandboxState sandbox, IReadOnlyCollection<Endpoint> endpoints)
    {
        var servers = Servers(sandbox);
        var search = sandbox.DnsSearch.Count > 0 ? sandbox.DnsSearch : state.Options.DnsSearch;
        var options = sandbox.DnsOptions.Count > 0 ? sandbox.DnsOptions : state.Options.DnsOptions;
        string[] overridden =
        [
            .. servers.Count > 0 ? ["nameservers"] : Array.Empty<string>(),
            .. search.Count > 0 ? ["search"] : Array.Empty<string>(),
            .. options.Count > 0 ? ["options"] : Array.Empty<string>(),
        ];
        var conf = ResolvConf.OfHost().Override(servers, search, options);
        if (UsesNameServer(sandbox, endpoints))
        {
            return conf.ForEmbeddedServer(overridden);
        }
        return (sandbox.NamespacePath is null || servers.Count > 0 ? conf : conf with { Servers = [.. conf.ReachableServers()] }).ForDirectUse(overridden);
    }

    private IReadOnlyList<string> Servers(SandboxState sandbox) => sandbox.Dns.Count > 0 ? sandbox.Dns : state.Options.Dns;

    /// <summary>Servers that the user chose are asked from inside, where they may even be the container's own; the host's from the host.</summary>
    private List<Upstream> Upstreams(SandboxState sandbox, IEnumerable<Endpoint> endpoints)
    {
        if (endpoints.All(e => state.Networks.GetValueOrDefault(e.NetworkId)?.Internal ?? true))
        {
            return [];
        }
        var chosen = Servers(sandbox);
        var servers = chosen.Count > 0 ? chosen : ResolvConf.OfHost().Servers;
        return [.. servers.Where(s => IPAddress.TryParse(s, out _)).Select(s => new Upstream(s, Inside: chosen.Count > 0))];
    }

    /// <summary>
    /// Links on user-defined networks: the container's own, and those of each endpoint, which are <c>container:alias</c>. They lead to a name, so
    /// that they hold when the other container is started again elsewhere.
    /// </summary>
    private static Dictionary<string, string> Links(SandboxState sandbox, IEnumerable<Endpoint> endpoints)
    {
        var links = new Dictionary<string, string>();
        foreach (var link in sandbox.Links)
        {
            links[link.Alias.ToLowerInvariant()] = link.ChildId[..12];
        }
        foreach (var text in endpoints.SelectMany(e => e.Settings.Links ?? []))
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var child = (colon < 0 ? text : text[..colon]).TrimStart('/').ToLowerInvariant();
            links[(colon < 0 ? child : text[(colon + 1)..]).ToLowerInvariant()] = child.Length == 64 ? child[..12] : child;
        }
        return links;
    }

    private bool IsUserDefined(string networkId) => state.Networks.GetValueOrDefault(networkId) is { IsPredefined: false };
}
