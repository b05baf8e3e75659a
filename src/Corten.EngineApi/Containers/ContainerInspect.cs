using System.Text.Json.Serialization;
using Corten.EngineApi.Json;
using Corten.EngineApi.Networks;

namespace Corten.EngineApi.Containers;

/// <summary>A container in full.</summary>
public sealed record ContainerInspect
{
    public string Id { get; set; } = "";

    [JsonConverter(typeof(GoTime))]
    public DateTimeOffset Created { get; set; }

    /// <summary>The program, and its arguments in the next.</summary>
    public string Path { get; set; } = "";

    public IReadOnlyList<string> Args { get; set; } = [];
    public ContainerState State { get; set; } = new();
    public string Image { get; set; } = "";
    public string ResolvConfPath { get; set; } = "";
    public string HostnamePath { get; set; } = "";
    public string HostsPath { get; set; } = "";
    public string LogPath { get; set; } = "";

    /// <summary>With a leading slash.</summary>
    public string Name { get; set; } = "";

    public int RestartCount { get; set; }

    /// <summary>The storage driver.</summary>
    public string Driver { get; set; } = "";

    public string Platform { get; set; } = "";
    public string MountLabel { get; set; } = "";
    public string ProcessLabel { get; set; } = "";
    public string AppArmorProfile { get; set; } = "";
    public IReadOnlyList<string>? ExecIDs { get; set; }
    public HostConfig HostConfig { get; set; } = new();
    public GraphDriver GraphDriver { get; set; } = new();

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRw { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRootFs { get; set; }

    public IReadOnlyList<MountPoint> Mounts { get; set; } = [];
    public ContainerConfig Config { get; set; } = new();
    public NetworkSettings NetworkSettings { get; set; } = new();
}

/// <summary>Where a container is in its life.</summary>
public sealed record ContainerState
{
    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</summary>
    public string Status { get; set; } = "";

    public bool Running { get; set; }
    public bool Paused { get; set; }
    public bool Restarting { get; set; }
    public bool OOMKilled { get; set; }
    public bool Dead { get; set; }
    public int Pid { get; set; }
    public int ExitCode { get; set; }
    public string Error { get; set; } = "";

    [JsonConverter(typeof(GoTime))]
    public DateTimeOffset StartedAt { get; set; }

    [JsonConverter(typeof(GoTime))]
    public DateTimeOffset FinishedAt { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Health? Health { get; set; }
}

/// <summary>What the health check found; <c>Status</c> is <c>starting</c>, <c>healthy</c> or <c>unhealthy</c>.</summary>
public sealed record Health
{
    public string Status { get; set; } = "";
    public int FailingStreak { get; set; }

    /// <summary>The last five.</summary>
    public IReadOnlyList<HealthProbe> Log { get; set; } = [];
}

/// <summary>One run of the check; at most 4096 bytes of its output are kept.</summary>
public sealed record HealthProbe
{
    [JsonConverter(typeof(GoTime))]
    public DateTimeOffset Start { get; set; }

    [JsonConverter(typeof(GoTime))]
    public DateTimeOffset End { get; set; }

    public int ExitCode { get; set; }
    public string Output { get; set; } = "";
}

/// <summary>The storage driver's own view of the root file system.</summary>
public sealed record GraphDriver
{
    public Dictionary<string, string>? Data { get; set; }
    public string Name { get; set; } = "";
}

/// <summary>A mount as it was resolved.</summary>
public sealed record MountPoint
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; set; }

    public string Source { get; set; } = "";
    public string Destination { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Driver { get; set; }

    public string Mode { get; set; } = "";
    public bool RW { get; set; }
    public string Propagation { get; set; } = "";
}
