using System.Net;
using Corten.Linux.Namespaces;
using Corten.Linux.Net;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Creation;

/// <summary>
/// Interfaces of the host that become the container's (config-linux.md, "Network Devices"). The maker moves them, since only it is in both namespaces; init gives them
/// back their addresses, which do not move along, and takes them up.
/// </summary>
internal sealed class NetDevicePlan
{
    private readonly List<(int Index, string Name, IReadOnlyList<AddressState> Addresses)> _devices = [];

    public static NetDevicePlan? Build(LinuxSpec linux)
    {
        if (linux.NetDevices is not { Count: > 0 } devices) return null;
        var plan = new NetDevicePlan();
        using var socket = new RouteSocket();
        List<AddressState> addresses = socket.Addresses();
        foreach (var (host, device) in devices)
        {
            LinkState link = socket.FindLink(host) ?? throw CortenException.Invalid($"network device {host} does not exist");
            string name = string.IsNullOrEmpty(device.Name) ? host : device.Name;
            if (name.Length > 15 || name is "." or ".." || name.Any(c => c is '/' or ':' || char.IsWhiteSpace(c))) throw CortenException.Invalid($"invalid network device name {name}");
            plan._devices.Add((link.Index, name, [.. addresses.Where(address => address.Index == link.Index && IsGlobal(address.Address))]));
        }
        return plan;
    }

    /// <summary>In the maker.</summary>
    public void Move(NamespacePlan namespaces, int pid)
    {
        SafeFileHandle? joined = namespaces.Joined.FirstOrDefault(entry => entry.Kind == NamespaceKind.Network).Handle;
        using SafeFileHandle? made = joined is null ? Namespace.Open($"/proc/{pid}/ns/net", NamespaceKind.Network) : null;
        using var socket = new RouteSocket();
        foreach (var (index, name, _) in _devices) socket.Run(new RouteBatch().Move(index, joined ?? made!, name));
    }

    /// <summary>In init.</summary>
    public void TakeUp()
    {
        using var socket = new RouteSocket();
        List<LinkState> links = socket.Links();
        foreach (var (index, name, addresses) in _devices)
        {
            // A link keeps its index when it moves, unless another has it there.
            LinkState link = links.Find(candidate => candidate.Name == name) ?? links.Find(candidate => candidate.Index == index)
                ?? throw new StepException("network devices", Linux.Errno.ENODEV, $"network device {name} did not arrive");
            var batch = new RouteBatch();
            foreach (AddressState address in addresses) batch.AddAddress(link.Index, address.Address, address.Prefix);
            socket.Run(batch.Up(link.Index));
        }
    }

    private static bool IsGlobal(IPAddress address) => !address.IsIPv6LinkLocal && !IPAddress.IsLoopback(address);
}
