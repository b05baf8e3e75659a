using System.Globalization;
using Corten.Containers.Machine;
using Corten.EngineApi.Containers;
using Corten.Linux.Cgroups;
using CpuUsage = Corten.EngineApi.Containers.CpuUsage;

namespace Corten.Containers.Usage;

/// <summary>Usage by cgroup v2: one group with every controller's files.</summary>
internal static class UnifiedUsage
{
    private const ulong NanosecondsPerMicrosecond = 1000;

    /// <summary>Those lines of memory.stat that the reference engine passes on.</summary>
    private static readonly string[] MemoryKeys =
    [
        "anon", "file", "kernel_stack", "slab", "sock", "shmem", "file_mapped", "file_dirty", "file_writeback", "anon_thp", "inactive_anon", "active_anon",
        "inactive_file", "active_file", "unevictable", "slab_reclaimable", "slab_unreclaimable", "pgfault", "pgmajfault", "workingset_refault",
        "workingset_activate", "workingset_nodereclaim", "pgrefill", "pgscan", "pgsteal", "pgactivate", "pgdeactivate", "pglazyfree", "pglazyfreed",
        "thp_fault_alloc", "thp_collapse_alloc",
    ];

    public static CpuStats? Cpu(Cgroup group)
    {
        var table = CgroupText.Table(group.FolderOf("cpu"), "cpu.stat");
        return table.Count == 0 ? null : new CpuStats
        {
            Usage = new CpuUsage
            {
                Total = table.GetValueOrDefault("usage_usec") * NanosecondsPerMicrosecond,
                Kernel = table.GetValueOrDefault("system_usec") * NanosecondsPerMicrosecond,
                User = table.GetValueOrDefault("user_usec") * NanosecondsPerMicrosecond,
            },
            Throttling = new ThrottlingData
            {
                Periods = table.GetValueOrDefault("nr_periods"),
                ThrottledPeriods = table.GetValueOrDefault("nr_throttled"),
                ThrottledTime = table.GetValueOrDefault("throttled_usec") * NanosecondsPerMicrosecond,
            },
        };
    }

    public static MemoryStats Memory(Cgroup group)
    {
        var folder = group.FolderOf("memory");
        var table = CgroupText.Table(folder, "memory.stat");
        var limit = CgroupText.Number(folder, "memory.max");
        return new MemoryStats
        {
            Usage = CgroupText.Number(folder, "memory.current"),
            Failures = CgroupText.Table(folder, "memory.events").GetValueOrDefault("oom"),
            Limit = limit == 0 ? Kernel.TotalMemory : Math.Min(limit, Kernel.TotalMemory),
            Details = new SortedDictionary<string, ulong>(MemoryKeys.ToDictionary(key => key, key => table.GetValueOrDefault(key)), StringComparer.Ordinal),
        };
    }

    /// <summary>io.stat: <c>8:0 rbytes=1 wbytes=2 rios=3 …</c>.</summary>
    public static BlkioStats BlockIo(Cgroup group)
    {
        var entries = new List<BlkioEntry>();
        foreach (var line in (group.FolderOf("io") is { } folder ? CgroupFile.Read(folder, "io.stat") : null)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var fields = line.Split(' ');
            if (fields[0].Split(':') is not [var major, var minor])
            {
                continue;
            }

            foreach (var (prefix, operation) in new[] { ("rbytes=", "read"), ("wbytes=", "write") })
            {
                if (fields.FirstOrDefault(field => field.StartsWith(prefix, StringComparison.Ordinal)) is { } found)
                {
                    entries.Add(new BlkioEntry
                    {
                        Major = ulong.Parse(major, CultureInfo.InvariantCulture),
                        Minor = ulong.Parse(minor, CultureInfo.InvariantCulture),
                        Op = operation,
                        Value = ulong.Parse(found.AsSpan(prefix.Length), CultureInfo.InvariantCulture),
                    });
                }
            }
        }

        return new BlkioStats { ServiceBytes = entries };
    }
}
