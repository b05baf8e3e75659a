using Corten.Containers;

namespace Corten.Daemon.Diagnostics;

/// <summary>What containers have to tell, in the daemon's log.</summary>
internal sealed class ContainerReport(Log log) : IContainerReport
{
    public void Warn(string message) => log.Warn(message);

    public void Error(string message, Exception cause) => log.Error($"{message}: {cause.Message}", cause);
}
