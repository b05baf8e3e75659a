using System.Text.Json.Serialization;

namespace Corten.EngineApi.System;

/// <summary>Answer of <c>GET /info</c>, in the order of the reference engine.</summary>
public sealed record SystemInfo
{
    [JsonPropertyName("ID")]
    public string Id { get; set; } = "";

    public long Containers { get; set; }

    public long ContainersRunning { get; set; }

    public long ContainersPaused { get; set; }

    public long ContainersStopped { get; set; }

    public long Images { get; set; }

    public string Driver { get; set; } = "";

    public IReadOnlyList<IReadOnlyList<string>> DriverStatus { get; set; } = [];

    public PluginsInfo Plugins { get; set; } = new();

    public bool MemoryLimit { get; set; }

    public bool SwapLimit { get; set; }

    [JsonPropertyName("KernelMemoryTCP"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KernelMemoryTcp { get; set; }

    public bool CpuCfsPeriod { get; set; }

    public bool CpuCfsQuota { get; set; }

    [JsonPropertyName("CPUShares")]
    public bool CpuShares { get; set; }

    [JsonPropertyName("CPUSet")]
    public bool CpuSet { get; set; }

    public bool PidsLimit { get; set; }

    public bool IPv4Forwarding { get; set; }

    public bool Debug { get; set; }

    /// <summary>Open descriptors of the daemon.</summary>
    public int NFd { get; set; }

    public bool OomKillDisable { get; set; }

    /// <summary>Goroutines in the reference engine; threads here.</summary>
    public int NGoroutines { get; set; }

    public string SystemTime { get; set; } = "";

    public string LoggingDriver { get; set; } = "";

    public string CgroupDriver { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CgroupVersion { get; set; }

    /// <summary>Who listens to events.</summary>
    public int NEventsListener { get; set; }

    public string KernelVersion { get; set; } = "";

    public string OperatingSystem { get; set; } = "";

    [JsonPropertyName("OSVersion")]
    public string OsVersion { get; set; } = "";

    [JsonPropertyName("OSType")]
    public string OsType { get; set; } = "";

    public string Architecture { get; set; } = "";

    public string IndexServerAddress { get; set; } = "";

    public RegistryConfig? RegistryConfig { get; set; }

    [JsonPropertyName("NCPU")]
    public int Cpus { get; set; }

    /// <summary>Bytes.</summary>
    public long MemTotal { get; set; }

    public IReadOnlyList<string>? GenericResources { get; set; }

    public string DockerRootDir { get; set; } = "";

    public string HttpProxy { get; set; } = "";

    public string HttpsProxy { get; set; } = "";

    public string NoProxy { get; set; } = "";

    public string Name { get; set; } = "";

    public IReadOnlyList<string> Labels { get; set; } = [];

    public bool ExperimentalBuild { get; set; }

    public string ServerVersion { get; set; } = "";

    public IReadOnlyDictionary<string, RuntimeInfo> Runtimes { get; set; } = new Dictionary<string, RuntimeInfo>();

    public string DefaultRuntime { get; set; } = "";

    public SwarmInfo Swarm { get; set; } = new();

    public bool LiveRestoreEnabled { get; set; }

    public string Isolation { get; set; } = "";

    public string InitBinary { get; set; } = "";

    public CommitInfo ContainerdCommit { get; set; } = new();

    public CommitInfo RuncCommit { get; set; } = new();

    public CommitInfo InitCommit { get; set; } = new();

    public IReadOnlyList<string> SecurityOptions { get; set; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AddressPoolInfo>? DefaultAddressPools { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FirewallInfo? FirewallBackend { get; set; }

    [JsonPropertyName("CDISpecDirs")]
    public IReadOnlyList<string> CdiSpecDirs { get; set; } = [];

    /// <summary>Since API 1.50.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DiscoveredDevice>? DiscoveredDevices { get; set; }

    public IReadOnlyList<string>? Warnings { get; set; }
}

/// <summary>A device that containers can ask for by name.</summary>
/// <param name="Source">Who knows of it: <c>cdi</c>.</param>
/// <param name="ID">Its name there.</param>
public sealed record DiscoveredDevice(string Source, string ID);

/// <summary>The drivers that there are, by kind.</summary>
public sealed record PluginsInfo
{
    public IReadOnlyList<string> Volume { get; set; } = [];

    public IReadOnlyList<string> Network { get; set; } = [];

    public IReadOnlyList<string>? Authorization { get; set; }

    public IReadOnlyList<string> Log { get; set; } = [];
}

/// <summary>How registries are reached.</summary>
public sealed record RegistryConfig
{
    public IReadOnlyDictionary<string, IndexConfig> IndexConfigs { get; set; } = new Dictionary<string, IndexConfig>();

    [JsonPropertyName("InsecureRegistryCIDRs")]
    public IReadOnlyList<string> InsecureRegistryCidrs { get; set; } = [];

    public IReadOnlyList<string>? Mirrors { get; set; }
}

/// <summary>One registry.</summary>
public sealed record IndexConfig
{
    public IReadOnlyList<string> Mirrors { get; set; } = [];

    public string Name { get; set; } = "";

    public bool Official { get; set; }

    public bool Secure { get; set; }
}

/// <summary>An OCI runtime that containers can be run with.</summary>
public sealed record RuntimeInfo
{
    [JsonPropertyName("path"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; set; }

    [JsonPropertyName("runtimeArgs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? RuntimeArgs { get; set; }

    /// <summary>What the runtime says of itself (<c>features</c> of the runtime-spec, as text).</summary>
    [JsonPropertyName("status"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Status { get; set; }
}

/// <summary>The state of an engine that is in no swarm.</summary>
public sealed record SwarmInfo
{
    [JsonPropertyName("NodeID")]
    public string NodeId { get; set; } = "";

    public string NodeAddr { get; set; } = "";

    public string LocalNodeState { get; set; } = "inactive";

    public bool ControlAvailable { get; set; }

    public string Error { get; set; } = "";

    public IReadOnlyList<string>? RemoteManagers { get; set; }
}

/// <summary>From which source a part was built.</summary>
public sealed record CommitInfo
{
    [JsonPropertyName("ID")]
    public string Id { get; set; } = "";
}

/// <summary>Addresses for networks that name none.</summary>
public sealed record AddressPoolInfo(string Base, int Size);

/// <summary>What filters packets.</summary>
public sealed record FirewallInfo(string Driver);
