using Corten.Linux;
using Corten.Linux.Mounts;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Corten.Storage.Archive;
using Corten.Supervision;
using Corten.Supervision.Monitor;

namespace Corten.Build.Execution;

/// <summary>RUN steps of a daemon that was killed. Their monitors outlive it, as any container's does, but no build waits for their results any more.</summary>
internal static class LeftoverSteps
{
    private const int SigKill = 9;

    /// <summary>Milliseconds; a monitor greets at once.</summary>
    private const int Patience = 2_000;

    /// <param name="folder">Where steps have their folders under the exec root.</param>
    public static void End(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var step in Directory.GetDirectories(folder))
        {
            EndStep(Path.Combine(step, "monitor.sock"));
            // Its mounts and its secrets: nobody else knows of them.
            HostMounts.UnmountBelow(step);
            TreeRemover.Remove(step);
        }
    }

    /// <summary>The end of its init takes everything in the container along; then the monitor takes back what it made, and ends.</summary>
    private static void EndStep(string socketPath)
    {
        try
        {
            using var monitor = SeqpacketSocket.Connect(socketPath);
            if (Readiness.Wait(monitor.Handle, Patience)
                && monitor.Receive(SupervisionJson.Default.MonitorMessage, wait: false).Message is Started started)
            {
                using var init = Pidfd.Open(started.Pid, started.StartTime);
                if (init is not null && Pidfd.Signal(init, SigKill))
                {
                    Readiness.Wait(monitor.Handle, Patience);
                }
            }
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ECONNREFUSED)
        {
            // It ended by itself.
        }
    }
}
