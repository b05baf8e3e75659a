using System.Text.Json.Serialization;

namespace Corten.Oci.Runtime;

/// <summary>config-linux.md.</summary>
public sealed record LinuxSpec
{
    [JsonPropertyName("namespaces")] public IReadOnlyList<NamespaceSpec>? Namespaces { get; set; }
    [JsonPropertyName("uidMappings")] public IReadOnlyList<IdMapping>? UidMappings { get; set; }
    [JsonPropertyName("gidMappings")] public IReadOnlyList<IdMapping>? GidMappings { get; set; }
    [JsonPropertyName("timeOffsets")] public IReadOnlyDictionary<string, TimeOffset>? TimeOffsets { get; set; }
    [JsonPropertyName("devices")] public IReadOnlyList<DeviceSpec>? Devices { get; set; }
    [JsonPropertyName("netDevices")] public IReadOnlyDictionary<string, NetDeviceSpec>? NetDevices { get; set; }
    [JsonPropertyName("cgroupsPath")] public string? CgroupsPath { get; set; }
    [JsonPropertyName("resources")] public ResourcesSpec? Resources { get; set; }
    [JsonPropertyName("rootfsPropagation")] public string? RootfsPropagation { get; set; }
    [JsonPropertyName("seccomp")] public SeccompSpec? Seccomp { get; set; }
    [JsonPropertyName("sysctl")] public IReadOnlyDictionary<string, string>? Sysctl { get; set; }
    [JsonPropertyName("maskedPaths")] public IReadOnlyList<string>? MaskedPaths { get; set; }
    [JsonPropertyName("readonlyPaths")] public IReadOnlyList<string>? ReadOnlyPaths { get; set; }
    [JsonPropertyName("mountLabel")] public string? MountLabel { get; set; }
    [JsonPropertyName("personality")] public PersonalitySpec? Personality { get; set; }
    [JsonPropertyName("intelRdt")] public IntelRdtSpec? IntelRdt { get; set; }
    [JsonPropertyName("memoryPolicy")] public MemoryPolicySpec? MemoryPolicy { get; set; }
}

/// <summary>config-linux.md, "Namespaces": new, or joined by <c>path</c>.</summary>
public sealed record NamespaceSpec
{
    [JsonPropertyName("type")] public string Type { get; set; } = "";
    [JsonPropertyName("path")] public string? Path { get; set; }
}

/// <summary>Against the host's clock, for a time namespace.</summary>
public sealed record TimeOffset
{
    [JsonPropertyName("secs")] public long Secs { get; set; }
    [JsonPropertyName("nanosecs")] public uint Nanosecs { get; set; }
}

/// <summary>A node to make; <c>type</c> is c, b, u or p.</summary>
public sealed record DeviceSpec
{
    [JsonPropertyName("type")] public string Type { get; set; } = "";
    [JsonPropertyName("path")] public string Path { get; set; } = "";
    [JsonPropertyName("major")] public long Major { get; set; }
    [JsonPropertyName("minor")] public long Minor { get; set; }
    [JsonPropertyName("fileMode")] public uint? FileMode { get; set; }
    [JsonPropertyName("uid")] public uint? Uid { get; set; }
    [JsonPropertyName("gid")] public uint? Gid { get; set; }
}

/// <summary>The name that a moved interface gets inside.</summary>
public sealed record NetDeviceSpec
{
    [JsonPropertyName("name")] public string? Name { get; set; }
}

/// <summary>personality(2): LINUX or LINUX32.</summary>
public sealed record PersonalitySpec
{
    [JsonPropertyName("domain")] public string Domain { get; set; } = "";
    [JsonPropertyName("flags")] public IReadOnlyList<string>? Flags { get; set; }
}

/// <summary>resctrl.</summary>
public sealed record IntelRdtSpec
{
    [JsonPropertyName("closID")] public string? ClosId { get; set; }
    [JsonPropertyName("schemata")] public IReadOnlyList<string>? Schemata { get; set; }
    [JsonPropertyName("l3CacheSchema")] public string? L3CacheSchema { get; set; }
    [JsonPropertyName("memBwSchema")] public string? MemBwSchema { get; set; }
    [JsonPropertyName("enableMonitoring")] public bool? EnableMonitoring { get; set; }
}

/// <summary>set_mempolicy(2).</summary>
public sealed record MemoryPolicySpec
{
    [JsonPropertyName("mode")] public string Mode { get; set; } = "";
    [JsonPropertyName("nodes")] public string? Nodes { get; set; }
    [JsonPropertyName("flags")] public IReadOnlyList<string>? Flags { get; set; }
}
