using Corten.Containers.Model;
using Corten.EngineApi.Containers;
using Corten.Networks.Sandboxes;

namespace Corten.Containers.Views;

/// <summary>The ports of a container as lists show them: published ones once an address of the host, exposed ones once. One that does not run has none.</summary>
internal static class PortList
{
    public static List<PortSummary> Of(Container container, ISandboxes sandboxes)
    {
        var ports = new List<PortSummary>();
        var bound = container.Status.IsRunning ? sandboxes.Find(container.Id)?.Ports : null;
        foreach (var (port, bindings) in bound ?? [])
        {
            var slash = port.IndexOf('/');
            if (!ushort.TryParse(slash < 0 ? port : port[..slash], out var number))
            {
                continue;
            }

            var type = slash < 0 ? "tcp" : port[(slash + 1)..];
            if (bindings is null or [])
            {
                ports.Add(new PortSummary { PrivatePort = number, Type = type });
            }

            foreach (var binding in bindings ?? [])
            {
                ports.Add(new PortSummary { IP = binding.HostIp, PrivatePort = number, PublicPort = ushort.TryParse(binding.HostPort, out var published) ? published : (ushort)0, Type = type });
            }
        }

        return ports;
    }
}
