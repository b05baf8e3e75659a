using Corten.Containers.Launching;
using Corten.Containers.Model;

namespace Corten.Containers.Lifecycle;

/// <summary>
/// Whether a container that ended is started again, and when: after 100 ms at first, twice as long each time up to a minute, and from the beginning
/// once it has stayed up for ten seconds.
/// </summary>
internal sealed class RestartPolicies(ContainerCore core)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    /// <summary>Null when it stays as it is.</summary>
    public TimeSpan? DelayBeforeRestart(Container container, ContainerStatus ended, Run? run)
    {
        if (run?.StopRequested == true || run?.RestartRequested == true || ended.StoppedByUser || core.Closing.IsCancellationRequested || !Wants(container, ended))
        {
            return null;
        }

        var last = container.LastRestartDelay;
        var next = ended.FinishedAt - ended.StartedAt >= Steady || last == default ? First : last * 2;
        return container.LastRestartDelay = next < Longest ? next : Longest;
    }

    /// <summary>Whether a container is to run again now that the daemon is back.</summary>
    public static bool WantsAfterBoot(Container container) => container.Record.Host.RestartPolicy.Name switch
    {
        "always" => container.Status.Phase != Phase.Created,
        "unless-stopped" => container.Status.Phase != Phase.Created && !container.Status.StoppedByUser,
        _ => false,
    };

    /// <summary>Starts it after <paramref name="delay"/>, unless somebody starts, stops or removes it before.</summary>
    public void Schedule(Container container, TimeSpan delay, StartContainer restarter)
    {
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(core.Closing.Token);
        container.RestartDelay = cancel;
        _ = RestartAsync(container, delay, restarter, cancel);
    }

    private static bool Wants(Container container, ContainerStatus ended)
    {
        var policy = container.Record.Host.RestartPolicy;
        return policy.Name switch
        {
            "always" or "unless-stopped" => true,
            "on-failure" => ended.ExitCode != 0 && (policy.MaximumRetryCount == 0 || ended.RestartCount < policy.MaximumRetryCount),
            _ => false,
        };
    }

    private async Task RestartAsync(Container container, TimeSpan delay, StartContainer restarter, CancellationTokenSource cancel)
    {
        try
        {
            await Task.Delay(delay, cancel.Token).ConfigureAwait(false);
            await container.Gate.WaitAsync(cancel.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancel.Dispose();
            return;
        }

        try
        {
            if (container.Status.Phase == Phase.Restarting && !cancel.IsCancellationRequested)
            {
                container.RestartDelay = null;
                await restarter.StartAsync(container, byPolicy: true, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // Its words are in the container's status; a policy has no caller to tell.
            core.Report.Warn($"container {container.Id} was not restarted: {e.Message}");
        }
        finally
        {
            container.Gate.Release();
            cancel.Dispose();
        }
    }
}
