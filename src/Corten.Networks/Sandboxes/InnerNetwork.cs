using System.Net;
using System.Net.Sockets;
using Corten.Linux.Net;
using Corten.Networks.Drivers;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Sandboxes;

/// <summary>What happens inside a container's namespace: addresses, routes, settings of its links.</summary>
internal sealed class InnerNetwork(NamespaceThread thread)
{
    /// <summary>Gives a link that is already inside its addresses and brings it up.</summary>
    public void Configure(ReadyNamespace target, Endpoint endpoint)
    {
        var link = target.Inside.FindLink(endpoint.InnerLink)
            ?? throw CortenException.Internal($"link {endpoint.InnerLink} of endpoint {endpoint.Id[..12]} is not in its namespace");
        thread.Run(target.Handle, () =>
        {
            // Without an IPv6 address of ours there is to be none of the kernel's own either.
            Sysctl.WriteIfPresent($"ipv6/conf/{endpoint.InnerLink}/disable_ipv6", endpoint.Ipv6.Length == 0 ? "1" : "0");
            // Addresses are unique because we give them out; detection would only cost the first second.
            Sysctl.WriteIfPresent($"ipv6/conf/{endpoint.InnerLink}/accept_dad", "0");
            // Says where its addresses are as soon as it is up, so that the bridge does not look for them where an earlier container was.
            Sysctl.Write($"ipv4/conf/{endpoint.InnerLink}/arp_notify", "1");
            Sysctl.WriteIfPresent($"ipv6/conf/{endpoint.InnerLink}/ndisc_notify", "1");
            LinkSettings.Write(endpoint);
            return 0;
        });
        var batch = new RouteBatch();
        if (endpoint.Address4 is { } ipv4)
        {
            batch.AddAddress(link.Index, ipv4, endpoint.Ipv4Prefix);
        }
        if (endpoint.Address6 is { } ipv6)
        {
            batch.AddAddress(link.Index, ipv6, endpoint.Ipv6Prefix);
        }
        foreach (var local in endpoint.Settings.IpamConfig?.LinkLocalIps ?? [])
        {
            var address = IPAddress.Parse(local);
            batch.AddAddress(link.Index, address, address.AddressFamily == AddressFamily.InterNetwork ? 16 : 64);
        }
        target.Inside.Run(batch.Up(link.Index));
    }

    /// <summary>Makes an endpoint's gateway the default route of a family, instead of whatever is; null leaves none.</summary>
    public static void SetDefaultRoute(ReadyNamespace target, Endpoint? endpoint, AddressFamily family)
    {
        foreach (var route in target.Inside.Routes().Where(r => r.Destination.PrefixLength == 0 && r.Destination.BaseAddress.AddressFamily == family))
        {
            target.Inside.Run(new RouteBatch().DeleteRoute(route.Output, null, route.Gateway, family));
        }
        AddDefaultRoute(target, endpoint, family);
    }

    public static void AddDefaultRoute(ReadyNamespace target, Endpoint? endpoint, AddressFamily family)
    {
        if (endpoint is not null && target.Inside.FindLink(endpoint.InnerLink) is { } link)
        {
            var gateway = endpoint.Gateway(family);
            target.Inside.Run(new RouteBatch().AddRoute(link.Index, null, gateway.Length == 0 ? null : IPAddress.Parse(gateway), family));
        }
    }

    /// <summary>Takes a link without a host's end (macvlan, ipvlan) away.</summary>
    public static void Remove(ReadyNamespace target, Endpoint endpoint)
    {
        if (target.Inside.FindLink(endpoint.InnerLink) is { } link)
        {
            target.Inside.Run(new RouteBatch().Delete(link.Index));
        }
    }
}
