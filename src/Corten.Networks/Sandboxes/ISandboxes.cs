using System.Net;
using Corten.EngineApi.Networks;

namespace Corten.Networks.Sandboxes;

/// <summary>A network's names, and the driver that serves it.</summary>
public sealed record NetworkName(string Id, string Name, string Driver);

/// <summary>
/// The networks of running containers. A sandbox is made for each start and released after the container's last process ended;
/// it outlives the daemon, and <see cref="RestoreAsync"/> finds it again.
/// </summary>
public interface ISandboxes
{
    /// <summary>What <c>host-gateway</c> stands for in a host entry; empty without a default bridge.</summary>
    IReadOnlyList<IPAddress> HostGateways { get; }

    /// <summary>
    /// Makes the namespace, joins the networks, publishes the ports and writes the hosts and resolv.conf files. When anything fails nothing
    /// stays behind, and the error has Docker's words.
    /// </summary>
    Task<Sandbox> CreateSandboxAsync(SandboxRequest request, CancellationToken cancellation);

    /// <summary>Gives back what <see cref="CreateSandboxAsync"/> took. Without effect for a container that has no sandbox.</summary>
    Task ReleaseAsync(string containerId, CancellationToken cancellation);

    /// <summary>
    /// Once at the daemon's start: keeps the sandboxes of the containers that still run, with their names and ports, and sweeps all
    /// others.
    /// </summary>
    Task RestoreAsync(IReadOnlyCollection<string> liveContainerIds, CancellationToken cancellation);

    /// <summary>The sandbox of a container, or null when it has none: for inspection.</summary>
    Sandbox? Find(string containerId);

    /// <summary>Joins a running container to one more network.</summary>
    Task<EndpointSettings> ConnectAsync(string containerId, string network, EndpointSettings settings, CancellationToken cancellation);

    /// <summary>Takes a running container off a network.</summary>
    Task DisconnectAsync(string containerId, string network, CancellationToken cancellation);

    /// <summary>
    /// Takes away an endpoint of a container that nobody knows any more: <c>disconnect --force</c>. The container is named as the endpoint names it.
    /// </summary>
    Task ForceDisconnectAsync(string container, string network, CancellationToken cancellation);

    /// <summary>Which network a name, an id or the beginning of one stands for.</summary>
    NetworkName Describe(string nameOrId);

    /// <summary>Refuses endpoint settings that the network can't serve, in the words for a connection.</summary>
    void Validate(string network, EndpointSettings settings);

    /// <summary>A running container was renamed: its name is answered from now on.</summary>
    Task RenameAsync(string containerId, string newName, CancellationToken cancellation);
}
