using System.Text.Json.Serialization;
using Corten.EngineApi.Json;
using Corten.EngineApi.Networks;

namespace Corten.EngineApi.Containers;

/// <summary>What ties a container to its host.</summary>
public sealed record HostConfig : Resources
{
    /// <summary><c>[source:]destination[:options]</c>.</summary>
    public IReadOnlyList<string>? Binds { get; set; }

    public string ContainerIDFile { get; set; } = "";
    public LogConfig LogConfig { get; set; } = new();

    /// <summary><c>default</c>, <c>bridge</c>, <c>host</c>, <c>none</c>, <c>container:ID</c> or a network.</summary>
    public string NetworkMode { get; set; } = "";

    /// <summary>By <c>80/tcp</c>.</summary>
    public Dictionary<string, List<PortBinding>?>? PortBindings { get; set; }

    public RestartPolicy RestartPolicy { get; set; } = new();
    public bool AutoRemove { get; set; }
    public string VolumeDriver { get; set; } = "";

    /// <summary><c>ID[:ro|rw]</c>.</summary>
    public IReadOnlyList<string>? VolumesFrom { get; set; }

    /// <summary>Height and width.</summary>
    public IReadOnlyList<int>? ConsoleSize { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Annotations { get; set; }

    [JsonConverter(typeof(StringOrList))]
    public IReadOnlyList<string>? CapAdd { get; set; }

    [JsonConverter(typeof(StringOrList))]
    public IReadOnlyList<string>? CapDrop { get; set; }

    public string CgroupnsMode { get; set; } = "";
    public IReadOnlyList<string>? Dns { get; set; }
    public IReadOnlyList<string>? DnsOptions { get; set; }
    public IReadOnlyList<string>? DnsSearch { get; set; }

    /// <summary><c>name:address</c>; the address may be <c>host-gateway</c>.</summary>
    public IReadOnlyList<string>? ExtraHosts { get; set; }

    public IReadOnlyList<string>? GroupAdd { get; set; }
    public string IpcMode { get; set; } = "";
    public string Cgroup { get; set; } = "";

    /// <summary><c>container:alias</c>.</summary>
    public IReadOnlyList<string>? Links { get; set; }

    public int OomScoreAdj { get; set; }
    public string PidMode { get; set; } = "";
    public bool Privileged { get; set; }
    public bool PublishAllPorts { get; set; }
    public bool ReadonlyRootfs { get; set; }
    public IReadOnlyList<string>? SecurityOpt { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? StorageOpt { get; set; }

    /// <summary>Path to mount options.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Tmpfs { get; set; }

    public string UTSMode { get; set; } = "";
    public string UsernsMode { get; set; } = "";

    /// <summary>Bytes of /dev/shm; 0 for 64 MiB.</summary>
    public long ShmSize { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Sysctls { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Runtime { get; set; }

    public string Isolation { get; set; } = "";

    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Mount>? Mounts { get; set; }

    /// <summary>Null for the defaults, empty for none; so too the next.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<string>? MaskedPaths { get; set; }

    [JsonPropertyOrder(1)]
    public IReadOnlyList<string>? ReadonlyPaths { get; set; }

    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Init { get; set; }
}

/// <summary>A logging driver and its options.</summary>
public sealed record LogConfig
{
    public string Type { get; set; } = "";
    public Dictionary<string, string>? Config { get; set; }
}

/// <summary><c>no</c>, <c>always</c>, <c>unless-stopped</c> or <c>on-failure</c>; a count of 0 is without end.</summary>
public sealed record RestartPolicy
{
    public string Name { get; set; } = "";
    public int MaximumRetryCount { get; set; }
}
