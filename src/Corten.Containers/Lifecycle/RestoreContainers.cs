using Corten.Containers.Launching;
using Corten.Containers.Model;
using Corten.Containers.Health;
using Corten.Linux;
using Corten.Linux.Processes;
using Corten.Supervision.Monitor;

namespace Corten.Containers.Lifecycle;

/// <summary>
/// Takes up at the daemon's start what an earlier one left: finds running containers by their monitors, learns from exit files what ended
/// meanwhile, finishes removals, takes half-made containers back, and lets restart policies go on.
/// </summary>
internal sealed class RestoreContainers(ContainerCore core, ContainerEnd end, RemoveContainer remove, StartContainer start, RestartPolicies policies, HealthChecks health)
{
    /// <summary>What a container is said to have ended with when nobody was there to see it: the machine went down.</summary>
    private const int Unseen = 255;

    private readonly List<(Container Container, Exited Exit)> _missed = [];

    /// <summary>First: reads every container, and finds out which of them run. Networks and volumes are restored next, by what this answers.</summary>
    public IReadOnlyCollection<string> FindLive()
    {
        var live = new List<string>();
        foreach (var (name, record, status) in core.Table.All())
        {
            var container = new Container(name, record, status);
            core.Registry.ReserveName(name, record.Id);
            core.Registry.Add(container);
            if (Reconnect(container))
            {
                live.Add(record.Id);
            }
        }

        SweepFolders();
        return live;
    }

    /// <summary>Then, with networks and volumes at work again: deals with what ended, and starts what is to run.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach (var (container, exit) in _missed)
        {
            await AttemptAsync(container, () => ContainerCore.InTurnAsync(container, () => end.SettleMissedAsync(container, exit), cancellationToken));
        }

        var toStart = new List<Container>();
        foreach (var container in core.Registry.All)
        {
            switch (container.Status.Phase)
            {
                case Phase.Removing or Phase.Dead:
                    await AttemptAsync(container, () => remove.RunAsync(container.Id, removeVolumes: container.Record.Host.AutoRemove, force: true, linkOnly: false, cancellationToken));
                    break;
                case Phase.Restarting when container.RestartDelay is null:
                    policies.Schedule(container, TimeSpan.Zero, start);
                    break;
                case Phase.Exited or Phase.Created when container.Record.Host.AutoRemove:
                    await AttemptAsync(container, () => remove.RunAsync(container.Id, removeVolumes: true, force: true, linkOnly: false, cancellationToken));
                    break;
                case Phase.Exited when RestartPolicies.WantsAfterBoot(container):
                    toStart.Add(container);
                    break;
                case Phase.Running:
                    health.Begin(container, container.Run!);
                    break;
            }
        }

        await Parallel.ForEachAsync(toStart, cancellationToken, async (container, token) =>
            await AttemptAsync(container, () => start.RunAsync(container.Id, token)));
    }

    /// <returns>True when it runs.</returns>
    private bool Reconnect(Container container)
    {
        var exitFile = core.Paths.ExitFile(container.Id);
        if (MonitorLink.TryConnect(core.Paths.MonitorSocket(container.Id), exitFile, core.Loop) is { } link)
        {
            try
            {
                // A monitor greets with what it started; waiting here for it is waiting for a local write.
                var started = link.Started.WaitAsync(TimeSpan.FromSeconds(10)).GetAwaiter().GetResult();
                var run = new Run(link, started.Pid, started.StartTime, Pidfd.Open(started.Pid, started.StartTime));
                container.Run = run;
                core.SetStatus(container, container.Status with
                {
                    Phase = Phase.Running,
                    Paused = core.Cgroup(container).IsFrozen(),
                    Pid = run.Pid,
                    PidStartTime = run.PidStartTime,
                    StartedAt = started.At,
                });
                end.Watch(container, run);
                return true;
            }
            catch (Exception e) when (e is TimeoutException or StartFailedException or OperationCanceledException)
            {
                link.Dispose();
            }
        }

        if (container.Status.IsRunning || MonitorLink.ReadExit(exitFile) is { } unknown && unknown.At > container.Status.FinishedAt && unknown.At > container.Status.StartedAt)
        {
            _missed.Add((container, MonitorLink.ReadExit(exitFile) ?? Unwitnessed(container)));
        }

        return false;
    }

    /// <summary>No monitor and no exit: the machine restarted, or the monitor was killed with the container left behind.</summary>
    private Exited Unwitnessed(Container container)
    {
        try
        {
            core.Cgroup(container).Kill();
        }
        catch (LinuxException e)
        {
            core.Report.Warn($"processes of container {container.Id} were not killed: {e.Message}");
        }

        return new Exited { Code = Unseen, At = DateTimeOffset.UtcNow };
    }

    /// <summary>Folders without a container: a creation or a removal that was cut off.</summary>
    private void SweepFolders()
    {
        foreach (var root in new[] { core.Paths.DataFolder, core.Paths.ExecFolder })
        {
            foreach (var folder in Directory.Exists(root) ? Directory.GetDirectories(root) : [])
            {
                var id = Path.GetFileName(folder);
                if (id.Length != 64 || core.Registry.FindById(id) is not null)
                {
                    continue;
                }

                HostPlaces.UnmountAll(folder);
                if (root == core.Paths.DataFolder)
                {
                    core.Layers.Snapshots.Remove(id);
                }

                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>One container that can't be put right must not keep the others from it.</summary>
    private async Task AttemptAsync(Container container, Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            core.Report.Error($"container {container.Id} was not restored: {e.Message}", e);
        }
    }
}
