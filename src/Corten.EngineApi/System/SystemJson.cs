using System.Text.Json.Serialization;

namespace Corten.EngineApi.System;

[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(SystemInfo))]
[JsonSerializable(typeof(DiskUsage))]
public sealed partial class SystemJson : JsonSerializerContext
{
    public static SystemJson Plain { get; } = new(EngineJson.Options());
}
