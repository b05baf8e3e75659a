using Corten.Containers.Launching;
using Corten.Containers.Model;
using Corten.EngineApi.Containers;

namespace Corten.Containers.Health;

/// <summary>
/// Probes one running container again and again and says how it does: healthy after one success, unhealthy after as many failures in a row as it
/// may have. Failures within the start period count for nothing until the first success ends that period.
/// </summary>
internal sealed class HealthMonitor
{
    private const int ProbesKept = 5;

    private readonly Container _container;
    private readonly Run _run;
    private readonly HealthTimes _times;
    private readonly HealthProbeRun _probe;
    private readonly ContainerCore _core;
    private readonly CancellationTokenSource _stop;
    private volatile EngineApi.Containers.Health _state = new() { Status = "starting" };

    public HealthMonitor(Container container, Run run, HealthTimes times, HealthProbeRun probe, ContainerCore core)
    {
        (_container, _run, _times, _probe, _core) = (container, run, times, probe, core);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(core.Closing.Token);
        _ = ProbeAsync(_stop.Token);
    }

    public EngineApi.Containers.Health State => _state;

    public void Stop() => _stop.Cancel();

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var begun = DateTimeOffset.UtcNow;
        try
        {
            while (true)
            {
                await Task.Delay(Starting(begun) && _times.StartInterval < _times.Interval ? _times.StartInterval : _times.Interval, cancellationToken).ConfigureAwait(false);
                if (!_container.Status.Paused && _container.Run == _run)
                {
                    Take(await _probe.RunAsync(_container, _times.Timeout, cancellationToken).ConfigureAwait(false), Starting(begun));
                }
            }
        }
        catch (OperationCanceledException)
        {
            _stop.Dispose();
        }
        catch (Exception e)
        {
            _core.Report.Error($"the health check of container {_container.Id} ended", e);
        }
    }

    private bool Starting(DateTimeOffset begun) => _state.Status == "starting" && DateTimeOffset.UtcNow - begun < _times.StartPeriod;

    private void Take(HealthProbe probe, bool starting)
    {
        var before = _state;
        var streak = probe.ExitCode == 0 ? 0 : starting ? before.FailingStreak : before.FailingStreak + 1;
        var status = probe.ExitCode == 0 ? "healthy" : streak >= _times.Retries ? "unhealthy" : before.Status;
        _state = new EngineApi.Containers.Health { Status = status, FailingStreak = streak, Log = [.. before.Log.TakeLast(ProbesKept - 1), probe] };
        if (status != before.Status)
        {
            _core.Events.Publish(_container, "health_status: " + status);
        }
    }
}
