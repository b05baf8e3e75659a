using Corten.EngineApi.Events;
using Corten.EngineApi.Filters;
using Corten.EngineApi.Networks;
using Corten.Networks.Drivers;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Verbs;

/// <summary><c>DELETE /networks/{id}</c> and <c>POST /networks/prune</c>.</summary>
internal sealed class RemoveNetwork(NetworkState state)
{
    public void Run(Network network)
    {
        if (network.IsPredefined)
        {
            throw CortenException.Forbidden($"{network.Name} is a pre-defined network and cannot be removed");
        }
        var endpoints = state.EndpointsOf(network);
        if (endpoints.Count > 0)
        {
            throw CortenException.Forbidden($"error while removing network: network {network.Name} has active endpoints ("
                + string.Join(", ", endpoints.Select(e => $"name:\"{e.ContainerName}\" id:\"{e.Id[..12]}\"")) + ")");
        }
        if (network.ConfigOnly && state.Networks.Values.Any(n => n.ConfigFrom == network.Name))
        {
            throw CortenException.Forbidden($"error while removing network: configuration network \"{network.Name}\" is in use");
        }
        Take(network);
        state.Publish("destroy", network);
    }

    public NetworkPruneReport Prune(FilterSet filters)
    {
        filters.Allow("label", "label!", "until");
        var until = Until.Parse(filters);
        var removed = new List<string>();
        foreach (var network in state.Networks.Values.Where(n => IsUnused(n) && filters.PruneLabels(n.Labels)).OrderBy(n => n.Name, StringComparer.Ordinal))
        {
            if (until is null || network.Created <= until)
            {
                Take(network);
                state.Publish("destroy", network);
                removed.Add(network.Name);
            }
        }
        state.Events.Publish(EventType.Network, "prune", "", [new("reclaimed", "0")]);
        return new NetworkPruneReport { NetworksDeleted = removed.Count > 0 ? removed : null };
    }

    private bool IsUnused(Network network) =>
        !network.IsPredefined && state.EndpointsOf(network).Count == 0 && !state.Networks.Values.Any(n => n.ConfigFrom == network.Name);

    private void Take(Network network)
    {
        state.Remove(network);
        if (network.ConfigOnly)
        {
            return;
        }
        if (network.Driver == BridgeDriver.Name)
        {
            state.Rules?.RemoveBridge(network.Device);
            state.Bridges.Remove(network);
        }
        else
        {
            state.Sublinks.Remove(network);
        }
    }
}
