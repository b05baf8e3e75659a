using System.Net;
using System.Text.RegularExpressions;
using Corten.EngineApi.Containers;
using Corten.EngineApi.Networks;
using Corten.Oci.Errors;

namespace Corten.Containers.Validation;

/// <summary>Which network options go together. What is on a network, and which addresses are free, is the networks' own matter.</summary>
internal static partial class NetworkRules
{
    /// <summary>Settings of endpoints, before networks have their say.</summary>
    public static void CheckEndpoints(ContainerConfig config, HostConfig host, NetworkingConfig? networking)
    {
        foreach (var (name, endpoint) in networking?.EndpointsConfig ?? [])
        {
            if (endpoint is null)
            {
                throw CortenException.Invalid($"invalid config for network {name}: EndpointsConfig is nil");
            }
        }

        var mode = host.NetworkMode is "default" or "" ? "bridge" : host.NetworkMode;
        var mac = networking?.EndpointsConfig?.GetValueOrDefault(mode) is { MacAddress.Length: > 0 } endpointOfMode ? endpointOfMode.MacAddress : config.MacAddress;
        if (!string.IsNullOrEmpty(mac) && !MacAddress().IsMatch(mac))
        {
            throw CortenException.Invalid($"invalid config for network {mode}: invalid MAC address {mac}");
        }
    }

    /// <summary>Options that exclude each other.</summary>
    public static void CheckConflicts(ContainerConfig config, HostConfig host)
    {
        if (host.NetworkMode == "container:")
        {
            throw CortenException.Invalid("invalid network mode: invalid container format container:<name|id>");
        }

        var shares = host.NetworkMode.StartsWith("container:", StringComparison.Ordinal);
        if (shares && config.Hostname.Length > 0)
        {
            throw Conflict("hostname and the network mode");
        }

        if (host.UTSMode == "host" && config.Hostname.Length > 0)
        {
            throw Conflict("hostname and the UTS mode");
        }

        if (host.Links is { Count: > 0 } && (shares || host.NetworkMode == "host"))
        {
            throw Conflict(shares
                ? "container type network can't be used with links. This would result in undefined behavior"
                : "host type networking can't be used with links. This would result in undefined behavior");
        }

        if (!shares)
        {
            return;
        }

        if (host.Dns is { Count: > 0 })
        {
            throw Conflict("dns and the network mode");
        }

        if (host.ExtraHosts is { Count: > 0 })
        {
            throw Conflict("custom host-to-IP mapping and the network mode");
        }

        if (host.PortBindings is { Count: > 0 } || host.PublishAllPorts)
        {
            throw Conflict("port publishing and the container type network mode");
        }

        if (config.ExposedPorts is { Count: > 0 })
        {
            throw Conflict("port exposing and the container type network mode");
        }
    }

    public static void CheckExtraHosts(HostConfig host)
    {
        foreach (var entry in host.ExtraHosts ?? [])
        {
            var colon = entry.IndexOf(':');
            if (colon <= 0)
            {
                throw CortenException.Invalid($"bad format for add-host: \"{entry}\"");
            }

            var address = entry[(colon + 1)..].Trim('[', ']');
            if (address != "host-gateway" && !IPAddress.TryParse(address, out _))
            {
                throw CortenException.Invalid($"invalid IP address in add-host: \"{address}\"");
            }
        }
    }

    public static void CheckPorts(HostConfig host)
    {
        foreach (var (port, bindings) in host.PortBindings ?? [])
        {
            if (!Port().IsMatch(port))
            {
                throw CortenException.Invalid($"invalid port specification: \"{port}\"");
            }

            foreach (var binding in bindings ?? [])
            {
                if (binding.HostPort.Length > 0 && !PortRange().IsMatch(binding.HostPort))
                {
                    throw CortenException.Invalid($"invalid port specification: \"{binding.HostPort}\"");
                }
            }
        }
    }

    private static CortenException Conflict(string what) => CortenException.Invalid("conflicting options: " + what);

    [GeneratedRegex("^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$")]
    private static partial Regex MacAddress();

    [GeneratedRegex("^[0-9]{1,5}(-[0-9]{1,5})?(/[a-zA-Z0-9]+)?$")]
    private static partial Regex Port();

    [GeneratedRegex("^[0-9]{1,5}(-[0-9]{1,5})?$")]
    private static partial Regex PortRange();
}
