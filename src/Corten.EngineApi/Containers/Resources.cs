using System.Text.Json.Serialization;

namespace Corten.EngineApi.Containers;

/// <summary>Limits: part of a <see cref="HostConfig"/>, and what an update changes. 0, "" and null mean unset.</summary>
public record Resources
{
    /// <summary>Relative weight; 1024 is the kernel's default.</summary>
    public long CpuShares { get; set; }

    /// <summary>Bytes.</summary>
    public long Memory { get; set; }

    /// <summary>Billionths of a CPU.</summary>
    public long NanoCpus { get; set; }

    public string CgroupParent { get; set; } = "";

    /// <summary>10 to 1000.</summary>
    public ushort BlkioWeight { get; set; }

    public IReadOnlyList<WeightDevice>? BlkioWeightDevice { get; set; }
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceReadBps { get; set; }
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceWriteBps { get; set; }
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceReadIOps { get; set; }
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceWriteIOps { get; set; }

    /// <summary>Microseconds, as are the three after it.</summary>
    public long CpuPeriod { get; set; }

    public long CpuQuota { get; set; }
    public long CpuRealtimePeriod { get; set; }
    public long CpuRealtimeRuntime { get; set; }
    public string CpusetCpus { get; set; } = "";
    public string CpusetMems { get; set; } = "";
    public IReadOnlyList<DeviceMapping>? Devices { get; set; }
    public IReadOnlyList<string>? DeviceCgroupRules { get; set; }
    public IReadOnlyList<DeviceRequest>? DeviceRequests { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long KernelMemory { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long KernelMemoryTCP { get; set; }

    public long MemoryReservation { get; set; }

    /// <summary>Memory and swap together, in bytes; -1 for no limit.</summary>
    public long MemorySwap { get; set; }

    /// <summary>0 to 100; -1 is unset.</summary>
    public long? MemorySwappiness { get; set; }

    public bool? OomKillDisable { get; set; }

    /// <summary>0 and -1 are unlimited.</summary>
    public long? PidsLimit { get; set; }

    public IReadOnlyList<Ulimit>? Ulimits { get; set; }

    // Windows' own: kept because clients read them, refused when set.
    public long CpuCount { get; set; }
    public long CpuPercent { get; set; }
    public ulong IOMaximumIOps { get; set; }
    public ulong IOMaximumBandwidth { get; set; }
}

public sealed record WeightDevice
{
    public string Path { get; set; } = "";
    public ushort Weight { get; set; }
}

/// <summary>Bytes or operations a second.</summary>
public sealed record ThrottleDevice
{
    public string Path { get; set; } = "";
    public ulong Rate { get; set; }
}

public sealed record DeviceMapping
{
    public string PathOnHost { get; set; } = "";
    public string PathInContainer { get; set; } = "";

    /// <summary>Of r, w and m.</summary>
    public string CgroupPermissions { get; set; } = "";
}

/// <summary>Devices by what they can do, as <c>--gpus</c> asks for them.</summary>
public sealed record DeviceRequest
{
    public string Driver { get; set; } = "";

    /// <summary>-1 for all.</summary>
    public int Count { get; set; }

    public IReadOnlyList<string>? DeviceIDs { get; set; }

    /// <summary>An OR of ANDs.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Capabilities { get; set; }

    public Dictionary<string, string>? Options { get; set; }
}

/// <summary>A limit of getrlimit(2) by its short name (<c>nofile</c>); -1 is unlimited.</summary>
public sealed record Ulimit
{
    public string Name { get; set; } = "";
    public long Hard { get; set; }
    public long Soft { get; set; }
}

/// <summary>The body of an update.</summary>
public sealed record UpdateRequest : Resources
{
    public RestartPolicy? RestartPolicy { get; set; }
}

public sealed record UpdateResponse
{
    public IReadOnlyList<string>? Warnings { get; set; }
}
