using Corten.EngineApi.Filters;
using Corten.EngineApi.Networks;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Verbs;

/// <summary><c>GET /networks</c>.</summary>
internal static class NetworkList
{
    public static List<NetworkResource> Run(NetworkState state, FilterSet filters)
    {
        filters.Allow("dangling", "driver", "id", "label", "name", "scope", "type");
        foreach (var type in filters["type"].Where(t => t is not ("custom" or "builtin")))
        {
            throw CortenException.Internal($"invalid filter: 'type'='{type}'");
        }
        bool? dangling;
        try
        {
            dangling = filters.Bool("dangling");
        }
        catch (InvalidFilterException)
        {
            throw CortenException.Invalid("invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\" (or \"0\")");
        }
        return
        [
            .. state.Networks.Values
                .Where(n => Matches(n, filters) && (dangling is null || dangling == (!n.IsPredefined && state.EndpointsOf(n).Count == 0)))
                .OrderBy(n => n.Name, StringComparer.Ordinal)
                .Select(n => NetworkView.ToApi(state, n, withContainers: false)),
        ];
    }

    private static bool Matches(Network network, FilterSet filters) =>
        filters.Exact("driver", network.Driver)
        && filters.Match("id", network.Id)
        && filters.Match("name", network.Name)
        && filters.Labels("label", network.Labels)
        && filters.Exact("scope", "local")
        && filters.Exact("type", network.IsPredefined ? "builtin" : "custom");
}

/// <summary>A network in the API's shape.</summary>
internal static class NetworkView
{
    public static NetworkResource ToApi(NetworkState state, Network network, bool withContainers) => new()
    {
        Name = network.Name,
        Id = network.Id,
        Created = network.Created.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture),
        Driver = network.Driver,
        EnableIpv4 = network.EnableIpv4,
        EnableIpv6 = network.EnableIpv6,
        Ipam = new Ipam
        {
            Driver = network.IpamDriver,
            Options = network.IpamOptions,
            Config = network.Pools.Count + network.UnusedPools.Count > 0 ? [.. network.UnusedPools.Concat(network.Pools).Select(p => p.ToApi())] : network.Driver is "host" or "null" && !network.ConfigOnly ? null : [],
        },
        Internal = network.Internal,
        Attachable = network.Attachable,
        Ingress = network.Ingress,
        ConfigFrom = new ConfigReference { Network = network.ConfigFrom },
        ConfigOnly = network.ConfigOnly,
        Options = network.Options,
        Labels = network.Labels,
        Containers = withContainers ? Containers(state, network) : [],
    };

    private static Dictionary<string, EndpointResource> Containers(NetworkState state, Network network) =>
        state.EndpointsOf(network).ToDictionary(e => e.ContainerId, e => new EndpointResource
        {
            Name = e.ContainerName,
            EndpointId = e.Id,
            MacAddress = e.Mac,
            Ipv4Address = e.Ipv4.Length > 0 ? $"{e.Ipv4}/{e.Ipv4Prefix}" : "",
            Ipv6Address = e.Ipv6.Length > 0 ? $"{e.Ipv6}/{e.Ipv6Prefix}" : "",
        });
}
