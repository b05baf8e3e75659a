namespace Corten.Linux.Cgroups;

/// <summary>Counters of cgroup v2.</summary>
internal static class V2Sample
{
    private const ulong NanosecondsPerMicrosecond = 1000;

    public static CgroupSample Take(string folder)
    {
        var cpu = CounterText.Pairs(CgroupFile.Read(folder, "cpu.stat"));
        var events = CounterText.Pairs(CgroupFile.Read(folder, "memory.events"));
        string io = CgroupFile.Read(folder, "io.stat") ?? "";
        return new CgroupSample
        {
            Cpu = new CpuSample
            {
                Usage = new CpuUsage
                {
                    Total = cpu.GetValueOrDefault("usage_usec") * NanosecondsPerMicrosecond,
                    Kernel = cpu.GetValueOrDefault("system_usec") * NanosecondsPerMicrosecond,
                    User = cpu.GetValueOrDefault("user_usec") * NanosecondsPerMicrosecond,
                },
                Throttling = new CpuThrottling
                {
                    Periods = cpu.GetValueOrDefault("nr_periods"),
                    ThrottledPeriods = cpu.GetValueOrDefault("nr_throttled"),
                    ThrottledTime = cpu.GetValueOrDefault("throttled_usec") * NanosecondsPerMicrosecond,
                },
            },
            Memory = new MemorySample
            {
                Usage = new MemoryUsage
                {
                    Limit = CounterText.Number(CgroupFile.Read(folder, "memory.max")),
                    Usage = CounterText.Number(CgroupFile.Read(folder, "memory.current")),
                    Max = CounterText.Number(CgroupFile.Read(folder, "memory.peak")),
                    FailCount = events.GetValueOrDefault("max"),
                },
                Swap = new MemoryUsage
                {
                    Limit = CounterText.Number(CgroupFile.Read(folder, "memory.swap.max")),
                    Usage = CounterText.Number(CgroupFile.Read(folder, "memory.swap.current")),
                },
                Raw = CounterText.Pairs(CgroupFile.Read(folder, "memory.stat")),
            },
            Pids = new PidsSample
            {
                Current = CounterText.Number(CgroupFile.Read(folder, "pids.current")),
                Limit = CounterText.Number(CgroupFile.Read(folder, "pids.max")),
            },
            BlockIo = new BlockIoSample { Bytes = Entries(io, "rbytes", "wbytes", "dbytes"), Operations = Entries(io, "rios", "wios", "dios") },
        };
    }

    /// <summary>Lines as <c>8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6</c>.</summary>
    internal static List<BlockIoEntry> Entries(string text, string read, string write, string discard)
    {
        List<BlockIoEntry> entries = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split(' ');
            if (!CounterText.TryDevice(fields[0], out ulong major, out ulong minor)) continue;
            foreach (string field in fields.Skip(1))
            {
                int equals = field.IndexOf('=');
                if (equals < 0) continue;
                string? operation = field[..equals] is var key && key == read ? "Read" : key == write ? "Write" : key == discard ? "Discard" : null;
                if (operation is not null) entries.Add(new(major, minor, operation, CounterText.Number(field[(equals + 1)..])));
            }
        }
        return entries;
    }
}
