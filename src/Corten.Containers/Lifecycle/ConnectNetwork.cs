using Corten.Containers.Model;
using Corten.EngineApi.Networks;
using Corten.Networks.Sandboxes;
using Corten.Oci.Errors;

namespace Corten.Containers.Lifecycle;

/// <summary>Puts a container on one more network: at once when it runs, else from its next start.</summary>
public sealed class ConnectNetwork
{
    private readonly ContainerCore _core;

    internal ConnectNetwork(ContainerCore core) => _core = core;

    public Task RunAsync(string idOrName, string network, EndpointSettings settings, CancellationToken cancellationToken)
    {
        if (idOrName.Length == 0)
        {
            throw CortenException.Invalid("invalid name or ID supplied: \"\"");
        }

        var container = _core.Registry.Find(idOrName);
        var name = _core.Sandboxes.Describe(network);
        return ContainerCore.InTurnAsync(container, async () =>
        {
            Check(container, name);
            var configured = settings.ConfigurationOnly();
            if (container.Status.IsRunning)
            {
                await _core.Sandboxes.ConnectAsync(container.Id, name.Id, configured, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                _core.Sandboxes.Validate(name.Id, configured);
            }

            configured.NetworkId = name.Id;
            NetworkRecord.Change(_core, container, endpoints => endpoints[name.Name] = configured);
        }, cancellationToken);
    }

    private static void Check(Container container, NetworkName network)
    {
        var mode = container.Record.Host.NetworkMode;
        if (container.Status.Phase is Phase.Removing or Phase.Dead)
        {
            throw CortenException.Conflict($"Container {container.Id} is marked for removal and cannot be connected or disconnected to the network");
        }

        if (mode == "host" || mode.StartsWith("container:", StringComparison.Ordinal))
        {
            throw CortenException.Invalid("container sharing network namespace with another container or host cannot be connected to any other network");
        }

        if (network.Driver == "host")
        {
            throw CortenException.Invalid("cannot connect container to host network - container must be created in host network mode");
        }

        if (network.Driver == "null" || (mode == "none" && container.Record.Endpoints.ContainsKey("none")))
        {
            throw CortenException.Invalid("container cannot be connected to multiple networks with one of the networks in private (none) mode");
        }
    }
}

/// <summary>The networks that a container is configured for, on record.</summary>
internal static class NetworkRecord
{
    public static void Change(ContainerCore core, Container container, Action<Dictionary<string, EndpointSettings>> change)
    {
        var endpoints = new Dictionary<string, EndpointSettings>(container.Record.Endpoints);
        change(endpoints);
        var record = container.Record with { Endpoints = endpoints };
        core.Table.SetRecord(record);
        container.Record = record;
    }

    /// <summary>The key of a network among a container's: its name, or the id that the container was created with.</summary>
    public static string? Key(Container container, NetworkName network) =>
        container.Record.Endpoints.Keys.FirstOrDefault(k => k == network.Name || (k.Length >= 12 && network.Id.StartsWith(k, StringComparison.Ordinal)));
}
