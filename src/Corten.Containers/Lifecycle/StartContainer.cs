using Corten.Containers.Attach;
using Corten.Containers.Health;
using Corten.Containers.Launching;
using Corten.Containers.Model;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Corten.Oci.Errors;
using Corten.Supervision.Monitor;

namespace Corten.Containers.Lifecycle;

/// <summary>Starts a container that does not run.</summary>
public sealed class StartContainer
{
    private readonly ContainerCore _core;
    private readonly StartPreparation _preparation;
    private readonly ContainerEnd _end;
    private readonly HealthChecks _health;

    internal StartContainer(ContainerCore core, ContainerEnd end, HealthChecks health)
    {
        (_core, _end, _health) = (core, end, health);
        _preparation = new StartPreparation(core);
        end.Restarter = this;
    }

    /// <exception cref="CortenException">NotModified if it runs already; otherwise why it can't, in the words that clients know.</exception>
    public Task RunAsync(string idOrName, CancellationToken cancellationToken)
    {
        var container = _core.Registry.Find(idOrName);
        return ContainerCore.InTurnAsync(container, () => StartAsync(container, byPolicy: false, cancellationToken), cancellationToken);
    }

    /// <summary>The same, by somebody who holds the gate.</summary>
    internal async Task StartAsync(Container container, bool byPolicy, CancellationToken cancellationToken)
    {
        Check(container);
        _core.CgroupMoves.Begin();
        container.RestartDelay?.Cancel();
        var undo = new Undo(_core.Report);
        try
        {
            var (run, started) = await LaunchAsync(container, undo, cancellationToken);
            undo.Keep();
            container.Run = run;
            _core.SetStatus(container, container.Status with
            {
                Phase = Phase.Running,
                Paused = false,
                Pid = run.Pid,
                PidStartTime = run.PidStartTime,
                ExitCode = 0,
                Error = "",
                OomKilled = false,
                StartedAt = started.At,
                RestartCount = byPolicy ? container.Status.RestartCount : 0,
                StoppedByUser = false,
            });
            _core.Events.Publish(container, "start");
            _end.Watch(container, run);
            _health.Begin(container, run);
        }
        catch (Exception e)
        {
            await undo.RunAsync();
            var (code, words) = e is StartFailedException failed ? (failed.ExitCode, failed.Words) : (FailureCode, e.Message);
            await FailedAsync(container, code, words);
            switch (e)
            {
                case StartFailedException:
                    throw CortenException.Invalid(words, e);
                case CortenException:
                    throw;
                default:
                    throw CortenException.Internal(words, e);
            }
        }
    }

    /// <summary>What the reference engine gives a container whose start failed before its program was looked at.</summary>
    private const int FailureCode = 128;

    private static void Check(Container container)
    {
        var status = container.Status;
        if (container.IsGone)
        {
            throw CortenException.NotFound($"No such container: {container.Id}");
        }

        if (status.Paused)
        {
            throw CortenException.Conflict("cannot start a paused container, try unpause instead");
        }

        if (status.Phase == Phase.Running)
        {
            throw CortenException.NotModified("container is already running");
        }

        if (status.Phase is Phase.Removing or Phase.Dead)
        {
            throw CortenException.Conflict("container is marked for removal and cannot be started");
        }
    }

    private async Task<(Run Run, Started Started)> LaunchAsync(Container container, Undo undo, CancellationToken cancellationToken)
    {
        var attachments = container.Attachments.TakeAll();
        try
        {
            var request = await _preparation.PrepareAsync(container, undo, cancellationToken);
            request.Attachments = [.. attachments.Select(attachment => attachment.Streams)];
            var (ours, theirs) = SeqpacketSocket.CreatePair();
            var link = new MonitorLink(ours, _core.Loop, _core.Paths.ExitFile(container.Id));
            undo.Add("talk to the monitor", link.Dispose);
            using (theirs)
            {
                _core.Launcher.Send(request, theirs.Handle, [.. attachments.Select(attachment => attachment.MonitorEnd)]);
            }

            // From here on the outcome is known soon, and a client that goes away must not leave it unrecorded.
            var started = await link.Started;
            return (new Run(link, started.Pid, started.StartTime, Pidfd.Open(started.Pid, started.StartTime)), started);
        }
        finally
        {
            foreach (var attachment in attachments)
            {
                attachment.MonitorEnd.Dispose();
            }
        }
    }

    private async Task FailedAsync(Container container, int code, string words)
    {
        _core.SetStatus(container, container.Status with { Phase = container.Status.Phase == Phase.Created ? Phase.Created : Phase.Exited, Pid = 0, ExitCode = code, Error = words });
        if (container.Record.Host.AutoRemove)
        {
            await _end.RemoveAutomaticallyAsync(container);
        }
    }
}
