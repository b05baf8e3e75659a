using System.Net;
using System.Text.Json.Serialization;
using Corten.Daemon.Http;
using Corten.EngineApi;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Swarm;

/// <summary><c>POST /swarm/init</c> and <c>/swarm/join</c>: the request is read, a bad address is told, and the rest is refused by name.</summary>
internal static class Cluster
{
    public static async Task InitAsync(RequestContext context)
    {
        var request = await context.ReadJsonAsync(ClusterJson.Plain.InitRequest);
        throw IsAddress(request.ListenAddr)
            ? NotHere()
            : CortenException.Invalid("listen address must be an IP address or network interface (with optional port number)");
    }

    public static async Task JoinAsync(RequestContext context)
    {
        var request = await context.ReadJsonAsync(ClusterJson.Plain.JoinRequest);
        throw string.IsNullOrEmpty(request.ListenAddr)
            ? CortenException.Invalid("invalid ListenAddr \"\": invalid empty address")
            : NotHere();
    }

    private static CortenException NotHere() => CortenException.NotImplemented("this engine has no swarm mode");

    private static bool IsAddress(string? text) => IPEndPoint.TryParse(text ?? "", out _);
}

/// <summary>What is looked at of a request to make a swarm.</summary>
internal sealed record InitRequest
{
    public string? ListenAddr { get; set; }
}

/// <summary>What is looked at of a request to join one.</summary>
internal sealed record JoinRequest
{
    public string? ListenAddr { get; set; }
}

[JsonSerializable(typeof(InitRequest))]
[JsonSerializable(typeof(JoinRequest))]
internal sealed partial class ClusterJson : JsonSerializerContext
{
    public static ClusterJson Plain { get; } = new(EngineJson.Options());
}
