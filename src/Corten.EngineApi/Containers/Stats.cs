using System.Text.Json.Serialization;
using Corten.EngineApi.Json;

namespace Corten.EngineApi.Containers;

/// <summary>What a container uses, and what it used at the sample before.</summary>
public sealed record Stats
{
    [JsonPropertyName("name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; set; }

    [JsonPropertyName("id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; set; }

    [JsonPropertyName("read")]
    [JsonConverter(typeof(GoTime))]
    public DateTimeOffset Read { get; set; }

    [JsonPropertyName("preread")]
    [JsonConverter(typeof(GoTime))]
    public DateTimeOffset PreRead { get; set; }

    [JsonPropertyName("pids_stats")] public PidsStats Pids { get; set; } = new();
    [JsonPropertyName("blkio_stats")] public BlkioStats Blkio { get; set; } = new();
    [JsonPropertyName("num_procs")] public uint NumProcs { get; set; }
    [JsonPropertyName("storage_stats")] public EmptyObject Storage { get; set; } = EmptyObject.Value;
    [JsonPropertyName("cpu_stats")] public CpuStats Cpu { get; set; } = new();
    [JsonPropertyName("precpu_stats")] public CpuStats PreCpu { get; set; } = new();
    [JsonPropertyName("memory_stats")] public MemoryStats Memory { get; set; } = new();

    /// <summary>By interface.</summary>
    [JsonPropertyName("networks")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, NetworkStats>? Networks { get; set; }
}

public sealed record PidsStats
{
    [JsonPropertyName("current")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong Current { get; set; }

    [JsonPropertyName("limit")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong Limit { get; set; }
}

/// <summary>By device and operation; cgroup v2 knows only the first list.</summary>
public sealed record BlkioStats
{
    [JsonPropertyName("io_service_bytes_recursive")] public IReadOnlyList<BlkioEntry>? ServiceBytes { get; set; }
    [JsonPropertyName("io_serviced_recursive")] public IReadOnlyList<BlkioEntry>? Serviced { get; set; }
    [JsonPropertyName("io_queue_recursive")] public IReadOnlyList<BlkioEntry>? Queue { get; set; }
    [JsonPropertyName("io_service_time_recursive")] public IReadOnlyList<BlkioEntry>? ServiceTime { get; set; }
    [JsonPropertyName("io_wait_time_recursive")] public IReadOnlyList<BlkioEntry>? WaitTime { get; set; }
    [JsonPropertyName("io_merged_recursive")] public IReadOnlyList<BlkioEntry>? Merged { get; set; }
    [JsonPropertyName("io_time_recursive")] public IReadOnlyList<BlkioEntry>? Time { get; set; }
    [JsonPropertyName("sectors_recursive")] public IReadOnlyList<BlkioEntry>? Sectors { get; set; }
}

public sealed record BlkioEntry
{
    [JsonPropertyName("major")] public ulong Major { get; set; }
    [JsonPropertyName("minor")] public ulong Minor { get; set; }
    [JsonPropertyName("op")] public string Op { get; set; } = "";
    [JsonPropertyName("value")] public ulong Value { get; set; }
}

/// <summary>Times in nanoseconds.</summary>
public sealed record CpuStats
{
    [JsonPropertyName("cpu_usage")] public CpuUsage Usage { get; set; } = new();

    /// <summary>Of the whole machine.</summary>
    [JsonPropertyName("system_cpu_usage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong SystemUsage { get; set; }

    [JsonPropertyName("online_cpus")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint OnlineCpus { get; set; }

    [JsonPropertyName("throttling_data")] public ThrottlingData Throttling { get; set; } = new();
}

public sealed record CpuUsage
{
    [JsonPropertyName("total_usage")] public ulong Total { get; set; }

    [JsonPropertyName("percpu_usage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ulong>? PerCpu { get; set; }

    [JsonPropertyName("usage_in_kernelmode")] public ulong Kernel { get; set; }
    [JsonPropertyName("usage_in_usermode")] public ulong User { get; set; }
}

public sealed record ThrottlingData
{
    [JsonPropertyName("periods")] public ulong Periods { get; set; }
    [JsonPropertyName("throttled_periods")] public ulong ThrottledPeriods { get; set; }
    [JsonPropertyName("throttled_time")] public ulong ThrottledTime { get; set; }
}

/// <summary>Bytes.</summary>
public sealed record MemoryStats
{
    [JsonPropertyName("usage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong Usage { get; set; }

    /// <summary>cgroup v1 only.</summary>
    [JsonPropertyName("max_usage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong MaxUsage { get; set; }

    /// <summary>The lines of memory.stat.</summary>
    [JsonPropertyName("stats")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, ulong>? Details { get; set; }

    [JsonPropertyName("failcnt")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong Failures { get; set; }

    /// <summary>Never above the machine's memory.</summary>
    [JsonPropertyName("limit")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong Limit { get; set; }
}

public sealed record NetworkStats
{
    [JsonPropertyName("rx_bytes")] public ulong RxBytes { get; set; }
    [JsonPropertyName("rx_packets")] public ulong RxPackets { get; set; }
    [JsonPropertyName("rx_errors")] public ulong RxErrors { get; set; }
    [JsonPropertyName("rx_dropped")] public ulong RxDropped { get; set; }
    [JsonPropertyName("tx_bytes")] public ulong TxBytes { get; set; }
    [JsonPropertyName("tx_packets")] public ulong TxPackets { get; set; }
    [JsonPropertyName("tx_errors")] public ulong TxErrors { get; set; }
    [JsonPropertyName("tx_dropped")] public ulong TxDropped { get; set; }
}
