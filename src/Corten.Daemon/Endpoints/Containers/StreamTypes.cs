using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary>What the streams of containers are declared as.</summary>
internal static class StreamTypes
{
    public const string Raw = "application/vnd.docker.raw-stream";
    private const string Multiplexed = "application/vnd.docker.multiplexed-stream";

    /// <summary>For a connection that is taken over: the client has to ask for that to be told of frames.</summary>
    public static string Hijacked(RequestContext context, bool framed) => framed && context.WantsUpgrade && context.Version >= new ApiVersion(1, 42) ? Multiplexed : Raw;

    /// <summary>For an ordinary body.</summary>
    public static string Body(RequestContext context, bool framed) => framed && context.Version >= new ApiVersion(1, 42) ? Multiplexed : Raw;
}
