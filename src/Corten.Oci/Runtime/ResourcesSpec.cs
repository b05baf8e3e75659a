using System.Text.Json.Serialization;

namespace Corten.Oci.Runtime;

/// <summary>config-linux.md, "Control groups".</summary>
public sealed record ResourcesSpec
{
    [JsonPropertyName("devices")] public IReadOnlyList<DeviceRule>? Devices { get; init; }
    [JsonPropertyName("memory")] public MemoryResources? Memory { get; init; }
    [JsonPropertyName("cpu")] public CpuResources? Cpu { get; init; }
    [JsonPropertyName("pids")] public PidsResources? Pids { get; init; }
    [JsonPropertyName("blockIO")] public BlockIoResources? BlockIo { get; init; }
    [JsonPropertyName("hugepageLimits")] public IReadOnlyList<HugepageLimit>? HugepageLimits { get; init; }
    [JsonPropertyName("network")] public NetworkResources? Network { get; init; }
    [JsonPropertyName("rdma")] public IReadOnlyDictionary<string, RdmaLimit>? Rdma { get; init; }
    [JsonPropertyName("unified")] public IReadOnlyDictionary<string, string>? Unified { get; init; }
}

/// <summary><c>type</c> a, c or b; a null number is any; <c>access</c> of r, w, m.</summary>
public sealed record DeviceRule
{
    [JsonPropertyName("allow")] public bool Allow { get; init; }
    [JsonPropertyName("type")] public string? Type { get; init; }
    [JsonPropertyName("major")] public long? Major { get; init; }
    [JsonPropertyName("minor")] public long? Minor { get; init; }
    [JsonPropertyName("access")] public string? Access { get; init; }
}

/// <summary>Bytes; -1 is unlimited; <c>swap</c> is memory and swap together.</summary>
public sealed record MemoryResources
{
    [JsonPropertyName("limit")] public long? Limit { get; init; }
    [JsonPropertyName("reservation")] public long? Reservation { get; init; }
    [JsonPropertyName("swap")] public long? Swap { get; init; }
    [JsonPropertyName("kernel")] public long? Kernel { get; init; }
    [JsonPropertyName("kernelTCP")] public long? KernelTcp { get; init; }
    [JsonPropertyName("swappiness")] public ulong? Swappiness { get; init; }
    [JsonPropertyName("disableOOMKiller")] public bool? DisableOomKiller { get; init; }
    [JsonPropertyName("useHierarchy")] public bool? UseHierarchy { get; init; }
    [JsonPropertyName("checkBeforeUpdate")] public bool? CheckBeforeUpdate { get; init; }
}

/// <summary>Times in microseconds.</summary>
public sealed record CpuResources
{
    [JsonPropertyName("shares")] public ulong? Shares { get; init; }
    [JsonPropertyName("quota")] public long? Quota { get; init; }
    [JsonPropertyName("burst")] public ulong? Burst { get; init; }
    [JsonPropertyName("period")] public ulong? Period { get; init; }
    [JsonPropertyName("realtimeRuntime")] public long? RealtimeRuntime { get; init; }
    [JsonPropertyName("realtimePeriod")] public ulong? RealtimePeriod { get; init; }
    [JsonPropertyName("cpus")] public string? Cpus { get; init; }
    [JsonPropertyName("mems")] public string? Mems { get; init; }
    [JsonPropertyName("idle")] public long? Idle { get; init; }
}

/// <summary>-1 is unlimited.</summary>
public sealed record PidsResources
{
    [JsonPropertyName("limit")] public long? Limit { get; init; }
}

/// <summary>Weights are 10 to 1000.</summary>
public sealed record BlockIoResources
{
    [JsonPropertyName("weight")] public ushort? Weight { get; init; }
    [JsonPropertyName("leafWeight")] public ushort? LeafWeight { get; init; }
    [JsonPropertyName("weightDevice")] public IReadOnlyList<WeightDevice>? WeightDevice { get; init; }
    [JsonPropertyName("throttleReadBpsDevice")] public IReadOnlyList<ThrottleDevice>? ThrottleReadBpsDevice { get; init; }
    [JsonPropertyName("throttleWriteBpsDevice")] public IReadOnlyList<ThrottleDevice>? ThrottleWriteBpsDevice { get; init; }
    [JsonPropertyName("throttleReadIOPSDevice")] public IReadOnlyList<ThrottleDevice>? ThrottleReadIopsDevice { get; init; }
    [JsonPropertyName("throttleWriteIOPSDevice")] public IReadOnlyList<ThrottleDevice>? ThrottleWriteIopsDevice { get; init; }
}

/// <summary>A block device's own weight.</summary>
public sealed record WeightDevice
{
    [JsonPropertyName("major")] public long Major { get; init; }
    [JsonPropertyName("minor")] public long Minor { get; init; }
    [JsonPropertyName("weight")] public ushort? Weight { get; init; }
    [JsonPropertyName("leafWeight")] public ushort? LeafWeight { get; init; }
}

/// <summary>Bytes or operations a second.</summary>
public sealed record ThrottleDevice
{
    [JsonPropertyName("major")] public long Major { get; init; }
    [JsonPropertyName("minor")] public long Minor { get; init; }
    [JsonPropertyName("rate")] public ulong Rate { get; init; }
}

/// <summary><c>pageSize</c> as the kernel writes it (2MB); limit in bytes.</summary>
public sealed record HugepageLimit
{
    [JsonPropertyName("pageSize")] public string PageSize { get; init; } = "";
    [JsonPropertyName("limit")] public ulong Limit { get; init; }
}

/// <summary>net_cls and net_prio.</summary>
public sealed record NetworkResources
{
    [JsonPropertyName("classID")] public uint? ClassId { get; init; }
    [JsonPropertyName("priorities")] public IReadOnlyList<InterfacePriority>? Priorities { get; init; }
}

/// <summary>net_prio.ifpriomap.</summary>
public sealed record InterfacePriority
{
    [JsonPropertyName("name")] public string Name { get; init; } = "";
    [JsonPropertyName("priority")] public uint Priority { get; init; }
}

/// <summary>rdma.max.</summary>
public sealed record RdmaLimit
{
    [JsonPropertyName("hcaHandles")] public uint? HcaHandles { get; init; }
    [JsonPropertyName("hcaObjects")] public uint? HcaObjects { get; init; }
}
