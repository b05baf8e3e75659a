using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Corten.EngineApi.Networks;

/// <summary>Generated JSON for the Networks group: names as written, reading in any case, nothing escaped for HTML.</summary>
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(NetworkResource))]
[JsonSerializable(typeof(List<NetworkResource>))]
[JsonSerializable(typeof(NetworkCreateRequest))]
[JsonSerializable(typeof(NetworkCreateResponse))]
[JsonSerializable(typeof(NetworkConnectRequest))]
[JsonSerializable(typeof(NetworkDisconnectRequest))]
[JsonSerializable(typeof(NetworkPruneReport))]
[JsonSerializable(typeof(NetworkingConfig))]
[JsonSerializable(typeof(NetworkSettings))]
[JsonSerializable(typeof(EndpointSettings))]
public sealed partial class NetworkJson : JsonSerializerContext
{
    public static NetworkJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNameCaseInsensitive = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
