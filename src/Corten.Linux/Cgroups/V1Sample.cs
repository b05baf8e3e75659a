namespace Corten.Linux.Cgroups;

/// <summary>Counters of cgroup v1.</summary>
internal static class V1Sample
{
    /// <summary>cpuacct.stat counts in USER_HZ, which is 100 for programs whatever the kernel's own clock is.</summary>
    private const ulong NanosecondsPerTick = 10_000_000;

    /// <summary>"Unlimited" is the largest number of whole pages.</summary>
    private const ulong Unlimited = 0x7FFFFFFFFFFF0000;

    public static CgroupSample Take(Cgroup group)
    {
        string? Read(string controller, string file) => group.FolderOf(controller) is { } folder ? CgroupFile.Read(folder, file) : null;
        var acct = CounterText.Pairs(Read("cpuacct", "cpuacct.stat"));
        var throttle = CounterText.Pairs(Read("cpu", "cpu.stat"));
        return new CgroupSample
        {
            Cpu = new CpuSample
            {
                Usage = new CpuUsage
                {
                    Total = CounterText.Number(Read("cpuacct", "cpuacct.usage")),
                    PerCpu = [.. (Read("cpuacct", "cpuacct.usage_percpu") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(CounterText.Number)],
                    Kernel = acct.GetValueOrDefault("system") * NanosecondsPerTick,
                    User = acct.GetValueOrDefault("user") * NanosecondsPerTick,
                },
                Throttling = new CpuThrottling
                {
                    Periods = throttle.GetValueOrDefault("nr_periods"),
                    ThrottledPeriods = throttle.GetValueOrDefault("nr_throttled"),
                    ThrottledTime = throttle.GetValueOrDefault("throttled_time"),
                },
            },
            Memory = new MemorySample
            {
                Usage = Usage("memory.", Read),
                Swap = Usage("memory.memsw.", Read),
                Raw = CounterText.Pairs(Read("memory", "memory.stat")),
            },
            Pids = new PidsSample { Current = CounterText.Number(Read("pids", "pids.current")), Limit = CounterText.Number(Read("pids", "pids.max")) },
            BlockIo = new BlockIoSample
            {
                Bytes = Entries(Read("blkio", "blkio.throttle.io_service_bytes_recursive") ?? Read("blkio", "blkio.throttle.io_service_bytes")),
                Operations = Entries(Read("blkio", "blkio.throttle.io_serviced_recursive") ?? Read("blkio", "blkio.throttle.io_serviced")),
            },
        };
    }

    private static MemoryUsage Usage(string prefix, Func<string, string, string?> read)
    {
        ulong limit = CounterText.Number(read("memory", prefix + "limit_in_bytes"));
        return new MemoryUsage
        {
            Limit = limit >= Unlimited ? 0 : limit,
            Usage = CounterText.Number(read("memory", prefix + "usage_in_bytes")),
            Max = CounterText.Number(read("memory", prefix + "max_usage_in_bytes")),
            FailCount = CounterText.Number(read("memory", prefix + "failcnt")),
        };
    }

    /// <summary>Lines of device, operation and number; the last, without a device, is the sum.</summary>
    internal static List<BlockIoEntry> Entries(string? text)
    {
        List<BlockIoEntry> entries = [];
        foreach (string line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split(' ');
            if (fields.Length == 3 && CounterText.TryDevice(fields[0], out ulong major, out ulong minor)) entries.Add(new(major, minor, fields[1], CounterText.Number(fields[2])));
        }
        return entries;
    }
}
