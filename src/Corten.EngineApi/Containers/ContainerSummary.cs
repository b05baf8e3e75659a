using System.Text.Json.Serialization;
using Corten.EngineApi.Networks;

namespace Corten.EngineApi.Containers;

/// <summary>A container in a list.</summary>
public sealed record ContainerSummary
{
    public string Id { get; set; } = "";

    /// <summary>Each with a leading slash; a link's alias is <c>/parent/alias</c>.</summary>
    public IReadOnlyList<string> Names { get; set; } = [];

    /// <summary>As it was given, or the id if that name is another image's by now.</summary>
    public string Image { get; set; } = "";

    public string ImageID { get; set; } = "";
    public string Command { get; set; } = "";

    /// <summary>Unix seconds.</summary>
    public long Created { get; set; }

    public IReadOnlyList<PortSummary> Ports { get; set; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRw { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRootFs { get; set; }

    public Dictionary<string, string> Labels { get; set; } = [];
    public string State { get; set; } = "";

    /// <summary>For people: <c>Up 3 minutes (healthy)</c>.</summary>
    public string Status { get; set; } = "";

    public HostConfigSummary HostConfig { get; set; } = new();
    public NetworkSettingsSummary NetworkSettings { get; set; } = new();
    public IReadOnlyList<MountPoint> Mounts { get; set; } = [];
}

public sealed record PortSummary
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IP { get; set; }

    public ushort PrivatePort { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ushort PublicPort { get; set; }

    public string Type { get; set; } = "";
}

public sealed record HostConfigSummary
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NetworkMode { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Annotations { get; set; }
}

public sealed record NetworkSettingsSummary
{
    public Dictionary<string, EndpointSettings> Networks { get; set; } = [];
}
