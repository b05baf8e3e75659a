using Corten.Oci.Errors;

namespace Corten.Containers.Lifecycle;

/// <summary>Takes a container off a network. With force also one that is no longer known, whose endpoint was left behind.</summary>
public sealed class DisconnectNetwork
{
    private readonly ContainerCore _core;

    internal DisconnectNetwork(ContainerCore core) => _core = core;

    public Task RunAsync(string idOrName, string network, bool force, CancellationToken cancellationToken)
    {
        var name = _core.Sandboxes.Describe(network);
        Model.Container container;
        try
        {
            container = _core.Registry.Find(idOrName);
        }
        catch (CortenException e) when (e.Kind == ErrorKind.NotFound && force)
        {
            return _core.Sandboxes.ForceDisconnectAsync(idOrName, name.Id, cancellationToken);
        }

        return ContainerCore.InTurnAsync(container, async () =>
        {
            var key = NetworkRecord.Key(container, name);
            if (name.Driver == "host" && container.Record.Host.NetworkMode == "host")
            {
                throw CortenException.Invalid("cannot disconnect container from host network - container was created in host network mode");
            }

            if (container.Status.IsRunning && name.Driver != "null")
            {
                await _core.Sandboxes.DisconnectAsync(container.Id, name.Id, cancellationToken).ConfigureAwait(false);
            }
            else if (key is null)
            {
                throw CortenException.Internal($"container {container.Id} is not connected to the network {name.Name}");
            }

            if (key is not null)
            {
                NetworkRecord.Change(_core, container, endpoints => endpoints.Remove(key));
            }
        }, cancellationToken);
    }
}
