using System.Text.Json.Serialization;

namespace Corten.EngineApi.Volumes;

[JsonSerializable(typeof(Volume))]
[JsonSerializable(typeof(CreateOptions))]
[JsonSerializable(typeof(CopyOptions))]
[JsonSerializable(typeof(VolumeList))]
[JsonSerializable(typeof(VolumesPruneReport))]
public sealed partial class VolumesJson : JsonSerializerContext
{
    public static VolumesJson Plain { get; } = new(EngineJson.Options());
}
