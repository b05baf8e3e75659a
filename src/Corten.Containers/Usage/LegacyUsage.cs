using System.Globalization;
using Corten.Containers.Machine;
using Corten.EngineApi.Containers;
using Corten.Linux.Cgroups;
using CpuUsage = Corten.EngineApi.Containers.CpuUsage;

namespace Corten.Containers.Usage;

/// <summary>Usage by cgroup v1: a hierarchy a controller.</summary>
internal static class LegacyUsage
{
    private const ulong NanosecondsPerTick = 10_000_000;

    /// <summary>memory.stat has more; these are what the reference engine passes on, with a total of each but the limits.</summary>
    private static readonly string[] MemoryKeys =
    [
        "cache", "rss", "rss_huge", "mapped_file", "dirty", "writeback", "pgpgin", "pgpgout", "pgfault", "pgmajfault", "inactive_anon", "active_anon",
        "inactive_file", "active_file", "unevictable",
    ];

    public static CpuStats? Cpu(Cgroup group)
    {
        var folder = group.FolderOf("cpuacct");
        if (folder is null || CgroupFile.Read(folder, "cpuacct.usage") is null)
        {
            return null;
        }

        var modes = CgroupText.Table(folder, "cpuacct.stat");
        var throttling = CgroupText.Table(group.FolderOf("cpu"), "cpu.stat");
        return new CpuStats
        {
            Usage = new CpuUsage
            {
                Total = CgroupText.Number(folder, "cpuacct.usage"),
                PerCpu = PerCpu(folder),
                Kernel = modes.GetValueOrDefault("system") * NanosecondsPerTick,
                User = modes.GetValueOrDefault("user") * NanosecondsPerTick,
            },
            Throttling = new ThrottlingData
            {
                Periods = throttling.GetValueOrDefault("nr_periods"),
                ThrottledPeriods = throttling.GetValueOrDefault("nr_throttled"),
                ThrottledTime = throttling.GetValueOrDefault("throttled_time"),
            },
        };
    }

    public static MemoryStats Memory(Cgroup group)
    {
        var folder = group.FolderOf("memory");
        var table = CgroupText.Table(folder, "memory.stat");
        var details = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var key in MemoryKeys)
        {
            details[key] = table.GetValueOrDefault(key);
            details["total_" + key] = table.GetValueOrDefault("total_" + key);
        }

        foreach (var key in (ReadOnlySpan<string>)["hierarchical_memory_limit", "hierarchical_memsw_limit"])
        {
            details[key] = table.GetValueOrDefault(key);
        }

        return new MemoryStats
        {
            Usage = CgroupText.Number(folder, "memory.usage_in_bytes"),
            MaxUsage = CgroupText.Number(folder, "memory.max_usage_in_bytes"),
            Failures = CgroupText.Number(folder, "memory.failcnt"),
            Limit = Math.Min(CgroupText.Number(folder, "memory.limit_in_bytes"), Kernel.TotalMemory),
            Details = details,
        };
    }

    public static BlkioStats BlockIo(Cgroup group)
    {
        var folder = group.FolderOf("blkio");
        return new BlkioStats
        {
            ServiceBytes = Entries(folder, "blkio.throttle.io_service_bytes_recursive"),
            Serviced = Entries(folder, "blkio.throttle.io_serviced_recursive"),
            Queue = [],
            ServiceTime = [],
            WaitTime = [],
            Merged = [],
            Time = [],
            Sectors = [],
        };
    }

    private static List<ulong> PerCpu(string folder) =>
        [.. (CgroupFile.Read(folder, "cpuacct.usage_percpu") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => ulong.Parse(text, CultureInfo.InvariantCulture)).Take(Environment.ProcessorCount)];

    /// <summary>Lines of <c>8:0 Read 4096</c>; the last, a sum, has no device.</summary>
    private static List<BlkioEntry> Entries(string? folder, string file)
    {
        var entries = new List<BlkioEntry>();
        foreach (var line in (folder is null ? null : CgroupFile.Read(folder, file))?.Split('\n') ?? [])
        {
            if (line.Split(' ', ':') is [var major, var minor, var operation, var value] && ulong.TryParse(major, out var majorNumber))
            {
                entries.Add(new BlkioEntry
                {
                    Major = majorNumber,
                    Minor = ulong.Parse(minor, CultureInfo.InvariantCulture),
                    Op = operation,
                    Value = ulong.Parse(value, CultureInfo.InvariantCulture),
                });
            }
        }

        return entries;
    }
}
