using Corten.Containers.Exec;
using Corten.Containers.Launching;
using Corten.Containers.Model;
using Corten.EngineApi.Containers;

namespace Corten.Containers.Health;

/// <summary>Starts the health check of a container that has one.</summary>
internal sealed class HealthChecks(ContainerCore core, ExecRegistry execs, ExecProcessRunner runner)
{
    public void Begin(Container container, Run run)
    {
        container.Health?.Stop();
        container.Health = Command(container.Record.Config) is { } command
            ? new HealthMonitor(container, run, HealthTimes.Of(container.Record.Config.Healthcheck!), new HealthProbeRun(core, execs, runner, command), core)
            : null;
    }

    /// <summary>Null for no check, or one that is switched off.</summary>
    private static IReadOnlyList<string>? Command(ContainerConfig config) => config.Healthcheck?.Test switch
    {
        ["CMD", _, ..] test => [.. test.Skip(1)],
        ["CMD-SHELL", ..] test => [.. config.Shell is { Count: > 0 } shell ? shell : ["/bin/sh", "-c"], .. test.Skip(1)],
        _ => null,
    };
}

/// <summary>When a check runs, how long it may take, and how often it may fail.</summary>
internal sealed record HealthTimes(TimeSpan Interval, TimeSpan Timeout, TimeSpan StartPeriod, TimeSpan StartInterval, int Retries)
{
    public static HealthTimes Of(HealthConfig config) => new(
        Span(config.Interval, TimeSpan.FromSeconds(30)),
        Span(config.Timeout, TimeSpan.FromSeconds(30)),
        Span(config.StartPeriod, TimeSpan.Zero),
        Span(config.StartInterval, TimeSpan.FromSeconds(5)),
        config.Retries > 0 ? config.Retries : 3);

    private static TimeSpan Span(long nanoseconds, TimeSpan otherwise) => nanoseconds == 0 ? otherwise : TimeSpan.FromTicks(nanoseconds / 100);
}
