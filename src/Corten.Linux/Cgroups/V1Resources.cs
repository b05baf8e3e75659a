using System.Globalization;
using Corten.Linux.Interop;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Linux.Cgroups;

/// <summary>The runtime-spec's resources as cgroup v1 files (config-linux.md, "Control groups").</summary>
internal static class V1Resources
{
    public static void Apply(Cgroup group, ResourcesSpec resources)
    {
        if (resources.Unified is { Count: > 0 }) throw CortenException.Invalid("cannot set unified resources on cgroup v1");
        foreach (CgroupWrite write in Plan(resources, (controller, file) => Read(group, controller, file)))
        {
            if (group.FolderOf(write.Controller) is not { } folder)
            {
                if (write.Optional) continue;
                throw CortenException.Invalid($"cannot set {write.File}: this machine has no cgroup controller {write.Controller}");
            }
            if (CgroupFile.TryWrite(folder, write.File, write.Value, out Errno errno) || (write.Optional && errno == Errno.ENOENT)) continue;
            throw new LinuxException(errno, "write", $"{folder}/{write.File}: {write.Value}");
        }
        if (resources.Devices is { Count: > 0 } devices && group.FolderOf("devices") is { } place) ApplyDevices(place, devices);
    }

    /// <summary>A new cpuset group is empty and takes no process: it starts with its parent's processors and memory nodes.</summary>
    public static void InheritCpuset(string root, string path)
    {
        string folder = root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string parent = folder;
            folder = $"{folder}/{name}";
            foreach (string file in (ReadOnlySpan<string>)["cpuset.cpus", "cpuset.mems"])
            {
                if (string.IsNullOrEmpty(CgroupFile.Read(folder, file))) CgroupFile.Write(folder, file, CgroupFile.Read(parent, file) ?? "0");
            }
        }
    }

    /// <summary>What to write, in order. <paramref name="read"/> gives a file's present value, for the pairs whose order depends on it.</summary>
    internal static IEnumerable<CgroupWrite> Plan(ResourcesSpec resources, Func<string, string, string?> read)
        => Memory(resources.Memory, read)
            .Concat(Cpu(resources.Cpu))
            .Concat(Pids(resources.Pids))
            .Concat(BlockIo(resources.BlockIo))
            .Concat(Others(resources));

    private static IEnumerable<CgroupWrite> Memory(MemoryResources? memory, Func<string, string, string?> read)
    {
        if (memory is null) yield break;
        CgroupWrite? limit = memory.Limit is { } bytes and not 0 ? new("memory", "memory.limit_in_bytes", Text(bytes)) : null;
        CgroupWrite? swap = memory.Swap is { } both and not 0
            ? new("memory", "memory.memsw.limit_in_bytes", Text(both), Optional: true)
            : memory.Limit == -1 ? new("memory", "memory.memsw.limit_in_bytes", "-1", Optional: true) : null;
        // memsw must never be below the limit: raise it first, lower it last.
        bool swapFirst = swap is not null && limit is not null && (memory.Swap == -1 || memory.Limit == -1 || memory.Swap > Number(read("memory", "memory.memsw.limit_in_bytes")));
        if (swapFirst) yield return swap!.Value;
        if (limit is not null) yield return limit.Value;
        if (!swapFirst && swap is not null) yield return swap.Value;
        if (memory.Reservation is { } reservation and not 0) yield return new("memory", "memory.soft_limit_in_bytes", Text(reservation));
        if (memory.Swappiness is { } swappiness) yield return new("memory", "memory.swappiness", Text(swappiness));
        if (memory.UseHierarchy == true) yield return new("memory", "memory.use_hierarchy", "1", Optional: true);
        if (memory.DisableOomKiller is { } disable) yield return new("memory", "memory.oom_control", disable ? "1" : "0", Optional: !disable);
    }

    private static IEnumerable<CgroupWrite> Cpu(CpuResources? cpu)
    {
        if (cpu is null) yield break;
        if (cpu.Shares is { } shares and not 0) yield return new("cpu", "cpu.shares", Text(shares));
        if (cpu.RealtimePeriod is { } realtimePeriod and not 0) yield return new("cpu", "cpu.rt_period_us", Text(realtimePeriod));
        if (cpu.RealtimeRuntime is { } realtime and not 0) yield return new("cpu", "cpu.rt_runtime_us", Text(realtime));
        if (cpu.Period is { } period and not 0) yield return new("cpu", "cpu.cfs_period_us", Text(period));
        if (cpu.Quota is { } quota and not 0) yield return new("cpu", "cpu.cfs_quota_us", Text(quota));
        if (cpu.Burst is { } burst) yield return new("cpu", "cpu.cfs_burst_us", Text(burst));
        if (cpu.Idle is { } idle) yield return new("cpu", "cpu.idle", Text(idle));
        if (!string.IsNullOrEmpty(cpu.Cpus)) yield return new("cpuset", "cpuset.cpus", cpu.Cpus);
        if (!string.IsNullOrEmpty(cpu.Mems)) yield return new("cpuset", "cpuset.mems", cpu.Mems);
    }

    private static IEnumerable<CgroupWrite> Pids(PidsResources? pids)
    {
        if (pids?.Limit is { } limit) yield return new("pids", "pids.max", limit < 0 ? "max" : Text(limit), Optional: limit < 0);
    }

    private static IEnumerable<CgroupWrite> BlockIo(BlockIoResources? io)
    {
        if (io is null) yield break;
        if (io.Weight is { } weight and not 0) yield return new("blkio", WeightFile(""), Text(weight));
        if (io.LeafWeight is { } leaf and not 0) yield return new("blkio", "blkio.leaf_weight", Text(leaf));
        foreach (WeightDevice device in io.WeightDevice ?? [])
        {
            if (device.Weight is { } own and not 0) yield return new("blkio", WeightFile("_device"), $"{device.Major}:{device.Minor} {own}");
            if (device.LeafWeight is { } ownLeaf and not 0) yield return new("blkio", "blkio.leaf_weight_device", $"{device.Major}:{device.Minor} {ownLeaf}");
        }
        foreach (var (devices, file) in new[]
        {
            (io.ThrottleReadBpsDevice, "blkio.throttle.read_bps_device"), (io.ThrottleWriteBpsDevice, "blkio.throttle.write_bps_device"),
            (io.ThrottleReadIopsDevice, "blkio.throttle.read_iops_device"), (io.ThrottleWriteIopsDevice, "blkio.throttle.write_iops_device"),
        })
        {
            foreach (ThrottleDevice device in devices ?? []) yield return new("blkio", file, $"{device.Major}:{device.Minor} {device.Rate}");
        }
    }

    private static IEnumerable<CgroupWrite> Others(ResourcesSpec resources)
    {
        foreach (HugepageLimit limit in resources.HugepageLimits ?? [])
        {
            yield return new("hugetlb", $"hugetlb.{limit.PageSize}.limit_in_bytes", Text(limit.Limit));
            yield return new("hugetlb", $"hugetlb.{limit.PageSize}.rsvd.limit_in_bytes", Text(limit.Limit), Optional: true);
        }
        if (resources.Network?.ClassId is { } classId) yield return new("net_cls", "net_cls.classid", Text(classId));
        foreach (InterfacePriority priority in resources.Network?.Priorities ?? [])
        {
            yield return new("net_prio", "net_prio.ifpriomap", $"{priority.Name} {priority.Priority}");
        }
        foreach (var (device, limit) in resources.Rdma ?? new Dictionary<string, RdmaLimit>()) yield return new("rdma", "rdma.max", RdmaLine(device, limit));
    }

    internal static string RdmaLine(string device, RdmaLimit limit)
        => device + (limit.HcaHandles is { } handles ? $" hca_handle={handles}" : "") + (limit.HcaObjects is { } objects ? $" hca_object={objects}" : "");

    /// <summary>The rules in order, each in the file that its verdict names. A write is one rule, and takes effect with it.</summary>
    private static void ApplyDevices(string folder, IReadOnlyList<DeviceRule> rules)
    {
        List<DeviceRule> pending = [];
        foreach (DeviceRule rule in DeviceRules.WithDefaults(rules))
        {
            if (pending.Count > 0 && pending[0].Allow != rule.Allow) Flush(folder, pending);
            pending.Add(rule);
        }
        Flush(folder, pending);
    }

    private static void Flush(string folder, List<DeviceRule> rules)
    {
        if (rules.Count > 0) CgroupFile.WriteEach(folder, rules[0].Allow ? "devices.allow" : "devices.deny", rules.Select(DeviceRules.V1Line));
        rules.Clear();
    }

    /// <summary>The proportional scheduler that the kernel has decides the name: BFQ's, or CFQ's of old.</summary>
    private static string WeightFile(string suffix) => WeightPrefix.Value + suffix;

    private static readonly Lazy<string> WeightPrefix = new(() =>
        At.access("/sys/fs/cgroup/blkio/blkio.weight", 0) >= 0 ? "blkio.weight" : "blkio.bfq.weight");

    private static string? Read(Cgroup group, string controller, string file)
        => group.FolderOf(controller) is { } folder ? CgroupFile.Read(folder, file) : null;

    private static long Number(string? text) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long value) ? value : long.MaxValue;

    private static string Text<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
