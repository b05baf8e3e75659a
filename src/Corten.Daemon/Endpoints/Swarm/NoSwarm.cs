using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Swarm;

/// <summary>The words of an engine that is in no swarm.</summary>
internal static class NoSwarm
{
    public static CortenException NotAManager() => CortenException.Unavailable(
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.");
}
