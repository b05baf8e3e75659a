using Corten.Containers.Model;
using Corten.EngineApi.Networks;
using Corten.Networks.Sandboxes;

namespace Corten.Containers.Views;

/// <summary>A container's endpoints: what it has while it runs, what it is to have while it does not.</summary>
internal static class NetworkView
{
    public static Dictionary<string, EndpointSettings> Endpoints(Container container, ISandboxes sandboxes) =>
        container.Status.IsRunning && sandboxes.Find(container.Id) is { } sandbox
            ? sandbox.Networks
            : container.Record.Endpoints.ToDictionary(entry => entry.Key, entry => entry.Value.ConfigurationOnly());
}
