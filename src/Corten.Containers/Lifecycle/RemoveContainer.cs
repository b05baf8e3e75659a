using Corten.Containers.Model;
using Corten.Oci.Errors;
using Corten.Storage.Metadata;

namespace Corten.Containers.Lifecycle;

/// <summary>Removes a container and everything that is its own. Once begun it is finished, by the next daemon if need be.</summary>
public sealed class RemoveContainer
{
    private readonly ContainerCore _core;
    private readonly StopContainer _stop;
    private readonly Signals _signals;

    internal RemoveContainer(ContainerCore core, StopContainer stop, Signals signals, ContainerEnd end)
    {
        (_core, _stop, _signals) = (core, stop, signals);
        end.Remover = this;
    }

    /// <param name="idOrName"></param>
    /// <param name="removeVolumes">Its anonymous volumes go with it.</param>
    /// <param name="force">Kill it if it runs.</param>
    /// <param name="linkOnly"><paramref name="idOrName"/> is <c>parent/alias</c>: only that link goes.</param>
    /// <param name="cancellationToken"></param>
    public async Task RunAsync(string idOrName, bool removeVolumes, bool force, bool linkOnly, CancellationToken cancellationToken)
    {
        if (linkOnly && idOrName.TrimStart('/').Contains('/'))
        {
            RemoveLink(idOrName);
            return;
        }

        var container = _core.Registry.Find(idOrName);
        if (linkOnly)
        {
            throw CortenException.Internal("Conflict, cannot remove the default link name of the container");
        }

        if (container.Status.IsUp)
        {
            if (!force)
            {
                throw Refused(idOrName, container);
            }

            await KillAsync(container, cancellationToken);
        }

        await container.Gate.WaitAsync(cancellationToken);
        try
        {
            if (container.IsGone)
            {
                return; // --rm was faster.
            }

            if (container.Status.IsUp)
            {
                throw Refused(idOrName, container);
            }

            // A client that goes away now changes nothing.
            await RemoveAsync(container, removeVolumes, CancellationToken.None);
        }
        finally
        {
            container.Gate.Release();
        }
    }

    /// <summary>The same for a container that does not run; the caller holds the gate.</summary>
    internal async Task RemoveAsync(Container container, bool removeVolumes, CancellationToken cancellationToken)
    {
        var id = container.Id;
        container.RestartDelay?.Cancel();
        // On the disk before anything is gone: after a crash of the machine the next daemon goes on, instead of showing a container whose files are missing or
        // one that was said to be removed. Those that remove themselves are removed by any start.
        _core.SetStatus(container, container.Status with { Phase = Phase.Removing }, container.Record.Host.AutoRemove ? Durability.Relaxed : Durability.Full);
        try
        {
            HostPlaces.UnmountAll(_core.Paths.Exec(id));
            _core.Layers.Snapshots.Remove(id);
            await _core.Volumes.ReleaseAsync(id, removeVolumes, cancellationToken);
            DeleteFolder(_core.Paths.Exec(id));
            DeleteFolder(_core.Paths.Data(id));
            _core.Table.Remove(id);
        }
        catch (Exception e)
        {
            _core.SetStatus(container, container.Status with { Phase = Phase.Dead, Error = e.Message });
            throw CortenException.Internal($"unable to remove filesystem for {id}: {e.Message}", e);
        }

        foreach (var attachment in container.Attachments.TakeAll())
        {
            attachment.MonitorEnd.Dispose();
        }

        _core.Registry.Remove(container);
        _core.Events.Publish(container, "destroy");
    }

    private static CortenException Refused(string asked, Container container)
    {
        var (state, advice) = container.Status switch
        {
            { Paused: true } => ("paused", "unpause and then stop the container before removing or force remove"),
            { Phase: Phase.Restarting } => ("restarting", "stop the container before removing or force remove"),
            _ => ("running", "stop the container before removing or force remove"),
        };
        return CortenException.Conflict($"cannot remove container \"{asked}\": container is {state}: {advice}");
    }

    private async Task KillAsync(Container container, CancellationToken cancellationToken)
    {
        if (container.Run is { } run)
        {
            run.StopRequested = true;
            _signals.Send(container, run, Signal.Kill);
        }

        await _stop.StopAsync(container, "SIGKILL", seconds: 10, cancellationToken);
    }

    private void RemoveLink(string name)
    {
        var slash = name.TrimStart('/').IndexOf('/');
        var (parentName, alias) = (name.TrimStart('/')[..slash], name.TrimStart('/')[(slash + 1)..]);
        var parent = _core.Registry.Find(parentName);
        var record = parent.Record;
        if (record.Links.All(link => link.Alias != alias))
        {
            throw CortenException.Internal($"cannot get parent {parentName} for link name {alias}");
        }

        record = record with { Links = [.. record.Links.Where(link => link.Alias != alias)] };
        _core.Table.SetRecord(record);
        parent.Record = record;
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
