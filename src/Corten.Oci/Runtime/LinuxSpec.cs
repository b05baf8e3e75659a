using System.Text.Json.Serialization;

namespace Corten.Oci.Runtime;

/// <summary>config-linux.md.</summary>
public sealed record LinuxSpec
{
    [JsonPropertyName("namespaces")] public IReadOnlyList<NamespaceSpec>? Namespaces { get; init; }
    [JsonPropertyName("uidMappings")] public IReadOnlyList<IdMapping>? UidMappings { get; init; }
    [JsonPropertyName("gidMappings")] public IReadOnlyList<IdMapping>? GidMappings { get; init; }
    [JsonPropertyName("timeOffsets")] public IReadOnlyDictionary<string, TimeOffset>? TimeOffsets { get; init; }
    [JsonPropertyName("devices")] public IReadOnlyList<DeviceSpec>? Devices { get; init; }
    [JsonPropertyName("netDevices")] public IReadOnlyDictionary<string, NetDeviceSpec>? NetDevices { get; init; }
    [JsonPropertyName("cgroupsPath")] public string? CgroupsPath { get; init; }
    [JsonPropertyName("resources")] public ResourcesSpec? Resources { get; init; }
    [JsonPropertyName("rootfsPropagation")] public string? RootfsPropagation { get; init; }
    [JsonPropertyName("seccomp")] public SeccompSpec? Seccomp { get; init; }
    [JsonPropertyName("sysctl")] public IReadOnlyDictionary<string, string>? Sysctl { get; init; }
    [JsonPropertyName("maskedPaths")] public IReadOnlyList<string>? MaskedPaths { get; init; }
    [JsonPropertyName("readonlyPaths")] public IReadOnlyList<string>? ReadOnlyPaths { get; init; }
    [JsonPropertyName("mountLabel")] public string? MountLabel { get; init; }
    [JsonPropertyName("personality")] public PersonalitySpec? Personality { get; init; }
    [JsonPropertyName("intelRdt")] public IntelRdtSpec? IntelRdt { get; init; }
    [JsonPropertyName("memoryPolicy")] public MemoryPolicySpec? MemoryPolicy { get; init; }
}

/// <summary>config-linux.md, "Namespaces": new, or joined by <c>path</c>.</summary>
public sealed record NamespaceSpec
{
    [JsonPropertyName("type")] public string Type { get; init; } = "";
    [JsonPropertyName("path")] public string? Path { get; init; }
}

/// <summary>Against the host's clock, for a time namespace.</summary>
public sealed record TimeOffset
{
    [JsonPropertyName("secs")] public long Secs { get; init; }
    [JsonPropertyName("nanosecs")] public uint Nanosecs { get; init; }
}

/// <summary>A node to make; <c>type</c> is c, b, u or p.</summary>
public sealed record DeviceSpec
{
    [JsonPropertyName("type")] public string Type { get; init; } = "";
    [JsonPropertyName("path")] public string Path { get; init; } = "";
    [JsonPropertyName("major")] public long Major { get; init; }
    [JsonPropertyName("minor")] public long Minor { get; init; }
    [JsonPropertyName("fileMode")] public uint? FileMode { get; init; }
    [JsonPropertyName("uid")] public uint? Uid { get; init; }
    [JsonPropertyName("gid")] public uint? Gid { get; init; }
}

/// <summary>The name that a moved interface gets inside.</summary>
public sealed record NetDeviceSpec
{
    [JsonPropertyName("name")] public string? Name { get; init; }
}

/// <summary>personality(2): LINUX or LINUX32.</summary>
public sealed record PersonalitySpec
{
    [JsonPropertyName("domain")] public string Domain { get; init; } = "";
    [JsonPropertyName("flags")] public IReadOnlyList<string>? Flags { get; init; }
}

/// <summary>resctrl.</summary>
public sealed record IntelRdtSpec
{
    [JsonPropertyName("closID")] public string? ClosId { get; init; }
    [JsonPropertyName("schemata")] public IReadOnlyList<string>? Schemata { get; init; }
    [JsonPropertyName("l3CacheSchema")] public string? L3CacheSchema { get; init; }
    [JsonPropertyName("memBwSchema")] public string? MemBwSchema { get; init; }
    [JsonPropertyName("enableMonitoring")] public bool? EnableMonitoring { get; init; }
}

/// <summary>set_mempolicy(2).</summary>
public sealed record MemoryPolicySpec
{
    [JsonPropertyName("mode")] public string Mode { get; init; } = "";
    [JsonPropertyName("nodes")] public string? Nodes { get; init; }
    [JsonPropertyName("flags")] public IReadOnlyList<string>? Flags { get; init; }
}
