using System.Net.Sockets;
using System.Security.Cryptography;
using Corten.EngineApi.Networks;
using Corten.Networks.Drivers;
using Corten.Networks.Addresses;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Verbs;

/// <summary><c>POST /networks/create</c>.</summary>
internal sealed class CreateNetwork(NetworkState state, SubnetChooser subnets)
{
    private readonly PoolPlan _pools = new(subnets);

    public NetworkCreateResponse Run(NetworkCreateRequest request)
    {
        CheckName(request.Name);
        var network = Describe(request);
        if (!network.ConfigOnly)
        {
            network = Complete(network, request.ConfigFrom is { Network.Length: > 0 } from ? Template(from.Network).Pools.ConvertAll(p => p.ToApi()) : Configs(request));
        }
        // On record before it exists, so that a daemon killed here leaves nothing that its successor does not know.
        state.Put(network);
        try
        {
            network = Build(network);
        }
        catch
        {
            state.Remove(network);
            throw;
        }
        state.Publish("create", network);
        return new NetworkCreateResponse { Id = network.Id };
    }

    private void CheckName(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw CortenException.Invalid("invalid name: name is empty");
        }
        if (name is "bridge" or "host" or "none" or "default")
        {
            throw CortenException.Forbidden($"operation is not permitted on predefined {name} network");
        }
        if (state.Networks.Values.Any(n => n.Name == name))
        {
            throw CortenException.Conflict($"network with name {name} already exists");
        }
    }

    /// <summary>What only networks of a swarm can be.</summary>
    private static void CheckScope(NetworkCreateRequest request)
    {
        if (request.Ingress)
        {
            throw CortenException.Forbidden("Ingress network can only be global scope network");
        }
        if (request.Scope == "swarm")
        {
            throw CortenException.Forbidden("cannot create a swarm scoped network when swarm is not active");
        }
    }

    private Network Describe(NetworkCreateRequest request)
    {
        CheckScope(request);
        var driver = request.ConfigOnly ? "null" : request.Driver.Length == 0 ? BridgeDriver.Name : request.Driver;
        if (!request.ConfigOnly)
        {
            CheckDriver(driver);
        }
        var configs = Configs(request);
        PoolPlan.Check(configs);
        var template = request.ConfigFrom is { Network.Length: > 0 } from ? Template(from.Network) : null;
        if (template is not null && (configs.Count > 0 || request.Options is { Count: > 0 } || request.ConfigOnly))
        {
            throw CortenException.Forbidden("user-specified configurations are not supported if the network depends on a configuration network");
        }
        var ipam = request.Ipam?.Driver is { Length: > 0 } named ? named : "default";
        if (ipam is not ("default" or "null"))
        {
            throw CortenException.NotFound($"plugin \"{ipam}\" not found");
        }
        var network = new Network
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Name = request.Name,
            Created = DateTime.UtcNow,
            Driver = driver,
            EnableIpv4 = request.EnableIpv4 ?? template?.EnableIpv4 ?? true,
            EnableIpv6 = request.EnableIpv6 ?? template?.EnableIpv6 ?? false,
            Internal = request.Internal || (template?.Internal ?? false),
            Attachable = request.Attachable,
            Ingress = request.Ingress,
            ConfigOnly = request.ConfigOnly,
            ConfigFrom = template?.Name ?? "",
            IpamDriver = ipam,
            IpamOptions = request.Ipam?.Options ?? template?.IpamOptions,
            Options = Options(request, template, driver),
            Labels = request.Labels ?? [],
            Pools = request.ConfigOnly ? PoolPlan.Template(configs) : [],
        };
        return network.EnableIpv4 || network.EnableIpv6 ? network : throw CortenException.Invalid("IPv4 or IPv6 must be enabled");
    }

    private Dictionary<string, string> Options(NetworkCreateRequest request, Network? template, string driver)
    {
        var options = new Dictionary<string, string>(request.Options ?? template?.Options ?? []);
        if (driver == BridgeDriver.Name)
        {
            foreach (var (name, value) in state.Options.DefaultBridgeOptions)
            {
                options.TryAdd(name, value);
            }
        }
        return options;
    }

    private Network Complete(Network network, List<IpamConfig> configs)
    {
        if (network.Driver == BridgeDriver.Name)
        {
            BridgeOptionCheck.Run(network);
            var chosen = network.Option(BridgeOptions.Name) is { Length: > 0 } name ? name : null;
            network = network with
            {
                Device = chosen ?? "br-" + network.Id[..12],
                OwnsDevice = chosen is null || state.Host.FindLink(chosen) is null,
            };
            if (state.Networks.Values.FirstOrDefault(n => n.Device == network.Device && n.Driver == BridgeDriver.Name) is { } other)
            {
                throw CortenException.Forbidden(
                    $"cannot create network {network.Id} ({network.Device}): conflicts with network {other.Id} ({other.Device}): networks have same bridge name");
            }
        }
        else
        {
            network = SublinkDriver.Validate(network);
        }
        if (network.IpamDriver == "null")
        {
            return network;
        }
        // The subnet of a macvlan or ipvlan is meant to be that of the link below, which the host has a route to.
        var taken = TakenRanges.Of(state, withHost: network.Driver == BridgeDriver.Name, network.Device);
        return network with
        {
            UnusedPools = PoolPlan.Template([.. configs.Where(c => c.Subnet?.Contains(':', StringComparison.Ordinal) == true ? !network.EnableIpv6 : !network.EnableIpv4)]),
            Pools = _pools.Make(configs, network.EnableIpv4, network.EnableIpv6, several: network.Driver != BridgeDriver.Name,
                family => NeedsGateway(network, family), taken),
        };
    }

    private static bool NeedsGateway(Network network, AddressFamily family) => network.Driver == BridgeDriver.Name
        ? BridgeDriver.Mode(network, family) != Firewall.GatewayMode.Isolated
        : SublinkDriver.HasGateway(network);

    private Network Build(Network network)
    {
        if (network.ConfigOnly)
        {
            return network;
        }
        if (network.Driver == BridgeDriver.Name)
        {
            if (network.EnableIpv6 && state.Options.Forwarding)
            {
                HostForwarding.EnableIpv6();
            }
            state.Bridges.Ensure(network, []);
            try
            {
                state.Rules?.Add(BridgeDriver.Rules(network));
            }
            catch
            {
                state.Bridges.Remove(network);
                throw;
            }
            return network;
        }
        var built = state.Sublinks.Create(network);
        if (built != network)
        {
            state.Put(built);
        }
        return built;
    }

    private Network Template(string nameOrId)
    {
        return state.Networks.Values.FirstOrDefault(n => n.ConfigOnly && (n.Name == nameOrId || n.Id == nameOrId))
            ?? throw CortenException.NotFound($"configuration network \"{nameOrId}\" does not exist");
    }

    private static List<IpamConfig> Configs(NetworkCreateRequest request) =>
        [.. (request.Ipam?.Config ?? []).Where(c => c.Subnet is not null || c.Gateway is not null || c.IpRange is not null || c.AuxiliaryAddresses is { Count: > 0 })];

    private static void CheckDriver(string driver)
    {
        switch (driver)
        {
            case BridgeDriver.Name or SublinkDriver.Macvlan or SublinkDriver.Ipvlan:
                return;
            case "host" or "null":
                throw CortenException.Forbidden($"only one instance of \"{driver}\" network is allowed");
            case "overlay":
                throw CortenException.Forbidden("This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.");
            default:
                throw CortenException.NotFound($"plugin \"{driver}\" not found");
        }
    }
}
