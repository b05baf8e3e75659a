using Corten.Containers;
using Corten.Daemon.Diagnostics;

namespace Corten.Daemon.Adapters;

/// <summary>What containers have to tell the operator goes into the daemon's log.</summary>
internal sealed class ContainerLog(Log log) : IContainerReport
{
    public void Warn(string message) => log.Warn(message);

    public void Error(string message, Exception cause) => log.Error($"{message}: {cause.Message}", cause);
}
