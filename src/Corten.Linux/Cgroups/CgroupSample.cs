using System.Globalization;
using System.Text.Json.Serialization;

namespace Corten.Linux.Cgroups;

/// <summary>A group's counters at one moment, from v1's files or v2's, under the names that <c>events</c> prints. Times are nanoseconds, sizes bytes.</summary>
public sealed record CgroupSample
{
    [JsonPropertyName("cpu")] public CpuSample Cpu { get; set; } = new();
    [JsonPropertyName("memory")] public MemorySample Memory { get; set; } = new();
    [JsonPropertyName("pids")] public PidsSample Pids { get; set; } = new();
    [JsonPropertyName("blkio")] public BlockIoSample BlockIo { get; set; } = new();

    /// <summary>Reads the group's files; what a machine does not count stays 0.</summary>
    public static CgroupSample Take(Cgroup group) => group.Mounts.PureUnified ? V2Sample.Take(group.FolderIn(group.Mounts.Unified!)) : V1Sample.Take(group);
}

public sealed record CpuSample
{
    [JsonPropertyName("usage")] public CpuUsage Usage { get; set; } = new();
    [JsonPropertyName("throttling")] public CpuThrottling Throttling { get; set; } = new();
}

public sealed record CpuUsage
{
    [JsonPropertyName("total")] public ulong Total { get; set; }
    [JsonPropertyName("percpu")] public IReadOnlyList<ulong>? PerCpu { get; set; }
    [JsonPropertyName("kernel")] public ulong Kernel { get; set; }
    [JsonPropertyName("user")] public ulong User { get; set; }
}

public sealed record CpuThrottling
{
    [JsonPropertyName("periods")] public ulong Periods { get; set; }
    [JsonPropertyName("throttledPeriods")] public ulong ThrottledPeriods { get; set; }
    [JsonPropertyName("throttledTime")] public ulong ThrottledTime { get; set; }
}

public sealed record MemorySample
{
    [JsonPropertyName("usage")] public MemoryUsage Usage { get; set; } = new();
    [JsonPropertyName("swap")] public MemoryUsage Swap { get; set; } = new();
    /// <summary>memory.stat as it is.</summary>
    [JsonPropertyName("raw")] public IReadOnlyDictionary<string, ulong> Raw { get; set; } = new Dictionary<string, ulong>();
}

public sealed record MemoryUsage
{
    /// <summary>0 for none.</summary>
    [JsonPropertyName("limit")] public ulong Limit { get; set; }
    [JsonPropertyName("usage")] public ulong Usage { get; set; }
    [JsonPropertyName("max")] public ulong Max { get; set; }
    [JsonPropertyName("failcnt")] public ulong FailCount { get; set; }
}

public sealed record PidsSample
{
    [JsonPropertyName("current")] public ulong Current { get; set; }
    /// <summary>0 for none.</summary>
    [JsonPropertyName("limit")] public ulong Limit { get; set; }
}

public sealed record BlockIoSample
{
    [JsonPropertyName("ioServiceBytesRecursive")] public IReadOnlyList<BlockIoEntry> Bytes { get; set; } = [];
    [JsonPropertyName("ioServicedRecursive")] public IReadOnlyList<BlockIoEntry> Operations { get; set; } = [];
}

/// <summary>One device and one kind of operation: Read, Write, Sync, Async, Discard, Total.</summary>
public sealed record BlockIoEntry(
    [property: JsonPropertyName("major")] ulong Major,
    [property: JsonPropertyName("minor")] ulong Minor,
    [property: JsonPropertyName("op")] string Operation,
    [property: JsonPropertyName("value")] ulong Value);

/// <summary>Parsers of the kernel's counter files.</summary>
internal static class CounterText
{
    /// <summary>"max" and what is no number are 0.</summary>
    public static ulong Number(string? text) => ulong.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : 0;

    /// <summary>Lines of a name and a number.</summary>
    public static Dictionary<string, ulong> Pairs(string? text)
    {
        Dictionary<string, ulong> pairs = new(StringComparer.Ordinal);
        foreach (string line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int space = line.IndexOf(' ');
            if (space > 0) pairs[line[..space]] = Number(line[(space + 1)..]);
        }
        return pairs;
    }

    /// <summary><c>MAJOR:MINOR</c> at the beginning of a line.</summary>
    public static bool TryDevice(string text, out ulong major, out ulong minor)
    {
        int colon = text.IndexOf(':');
        major = minor = 0;
        return colon > 0 && ulong.TryParse(text.AsSpan(0, colon), CultureInfo.InvariantCulture, out major) && ulong.TryParse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture, out minor);
    }
}
