using Microsoft.Win32.SafeHandles;

namespace Corten.Containers.Launching;

/// <summary>One start of a container: from the moment that its program runs until its end is dealt with.</summary>
internal sealed class Run(MonitorLink monitor, int pid, ulong pidStartTime, SafeFileHandle? pidfd) : IDisposable
{
    public MonitorLink Monitor => monitor;

    public int Pid => pid;

    public ulong PidStartTime => pidStartTime;

    /// <summary>Signals go through it: a pid may be another process by now. Null if it had ended before we could look.</summary>
    public SafeFileHandle? Pidfd => pidfd;

    /// <summary>Completes when the end has been dealt with: networks released, status kept, events told.</summary>
    public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A user asked for the end, so no policy restarts it.</summary>
    public bool StopRequested { get; set; }

    /// <summary>Another start follows at once: an automatic removal must not come in between.</summary>
    public bool RestartRequested { get; set; }

    public void Dispose()
    {
        monitor.Dispose();
        pidfd?.Dispose();
    }
}
