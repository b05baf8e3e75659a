using System.Globalization;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Linux.Cgroups;

/// <summary>The runtime-spec's resources as cgroup v2 files (kernel, admin-guide/cgroup-v2.rst); the spec speaks v1, so some values are converted.</summary>
internal static class V2Resources
{
    private const ulong DefaultPeriod = 100_000;

    public static void Apply(string folder, ResourcesSpec resources)
    {
        CheckBeforeUpdate(folder, resources.Memory);
        foreach (CgroupWrite write in Plan(resources, file => CgroupFile.Exists(folder, file), file => CgroupFile.Read(folder, file)))
        {
            if (CgroupFile.TryWrite(folder, write.File, write.Value, out Errno errno) || (write.Optional && errno == Errno.ENOENT)) continue;
            if (errno == Errno.ENOENT) throw CortenException.Invalid($"cannot set {write.File}: the cgroup controller {write.Controller} is not available");
            throw new LinuxException(errno, "write", $"{folder}/{write.File}: {write.Value}");
        }
        if (resources.Devices is { Count: > 0 } devices) DeviceProgram.Attach(folder, DeviceRules.WithDefaults(devices));
    }

    /// <summary>What to write, in order. <paramref name="exists"/> and <paramref name="read"/> ask for the group's present files.</summary>
    internal static IEnumerable<CgroupWrite> Plan(ResourcesSpec resources, Func<string, bool> exists, Func<string, string?> read)
        => Memory(resources.Memory)
            .Concat(Cpu(resources.Cpu, read))
            .Concat(Pids(resources.Pids))
            .Concat(BlockIo(resources.BlockIo, exists))
            .Concat(Others(resources))
            .Concat(Unified(resources.Unified));

    /// <summary>cpu.shares, 2 to 262144 around 1024, as cpu.weight, 1 to 10000 around 100: a curve through both ends and the default.</summary>
    internal static ulong CpuWeight(ulong shares)
    {
        if (shares == 0) return 0;
        if (shares <= 2) return 1;
        if (shares >= 262144) return 10000;
        double l = Math.Log2(shares);
        return (ulong)Math.Ceiling(Math.Pow(10, ((l * l) + (125 * l)) / 612.0 - (7.0 / 34.0)));
    }

    /// <summary>blkio.weight, 10 to 1000, as io.weight, 1 to 10000.</summary>
    internal static ulong IoWeight(ushort weight) => 1 + (((ulong)Math.Max(weight, (ushort)10) - 10) * 9999 / 990);

    /// <summary>memory.swap.max counts swap alone; the spec's value counts memory too.</summary>
    internal static string? SwapMax(long? swap, long? limit) => (swap, limit) switch
    {
        (null or 0, -1) => "max",
        (null or 0, _) => null,
        (-1, _) => "max",
        (_, null or 0 or -1) => throw CortenException.Invalid("unable to set swap limit without memory limit"),
        ({ } both, { } memory) when both < memory => throw CortenException.Invalid("memory+swap limit should be >= memory limit"),
        ({ } both, { } memory) => Text(both - memory),
    };

    private static IEnumerable<CgroupWrite> Memory(MemoryResources? memory)
    {
        if (memory is null) yield break;
        if (memory.DisableOomKiller == true) throw CortenException.Invalid("disabling the OOM killer is not possible on cgroup v2");
        // The swap file is absent where the kernel counts no swap: "no more swap than none" needs none.
        if (SwapMax(memory.Swap, memory.Limit) is { } swap) yield return new("memory", "memory.swap.max", swap, Optional: swap is "max" or "0");
        if (memory.Limit is { } limit and not 0) yield return new("memory", "memory.max", Max(limit));
        if (memory.Reservation is { } reservation and not 0) yield return new("memory", "memory.low", Max(reservation));
    }

    private static IEnumerable<CgroupWrite> Cpu(CpuResources? cpu, Func<string, string?> read)
    {
        if (cpu is null) yield break;
        if (cpu.Idle is { } idle) yield return new("cpu", "cpu.idle", Text(idle));
        // An idle group has no weight to set.
        if (cpu.Shares is { } shares and not 0 && cpu.Idle is not 1) yield return new("cpu", "cpu.weight", Text(CpuWeight(shares)));
        if (cpu.Quota is not (null or 0) || cpu.Period is not (null or 0))
        {
            string[] present = (read("cpu.max") ?? $"max {DefaultPeriod}").Split(' ');
            string quota = cpu.Quota is { } q and not 0 ? q < 0 ? "max" : Text(q) : present[0];
            string period = cpu.Period is { } p and not 0 ? Text(p) : present.Length > 1 ? present[1] : Text(DefaultPeriod);
            yield return new("cpu", "cpu.max", $"{quota} {period}");
        }
        if (cpu.Burst is { } burst) yield return new("cpu", "cpu.max.burst", Text(burst));
        if (!string.IsNullOrEmpty(cpu.Cpus)) yield return new("cpuset", "cpuset.cpus", cpu.Cpus);
        if (!string.IsNullOrEmpty(cpu.Mems)) yield return new("cpuset", "cpuset.mems", cpu.Mems);
    }

    private static IEnumerable<CgroupWrite> Pids(PidsResources? pids)
    {
        if (pids?.Limit is { } limit) yield return new("pids", "pids.max", Max(limit), Optional: limit < 0);
    }

    private static IEnumerable<CgroupWrite> BlockIo(BlockIoResources? io, Func<string, bool> exists)
    {
        if (io is null) yield break;
        bool bfq = exists("io.bfq.weight");
        if (io.Weight is { } weight and not 0) yield return bfq ? new("io", "io.bfq.weight", Text(weight)) : new("io", "io.weight", Text(IoWeight(weight)));
        foreach (WeightDevice device in io.WeightDevice ?? [])
        {
            if (device.Weight is not ({ } own and not 0)) continue;
            yield return bfq
                ? new("io", "io.bfq.weight", $"{device.Major}:{device.Minor} {own}")
                : new("io", "io.weight", $"{device.Major}:{device.Minor} {IoWeight(own)}");
        }
        foreach (var (devices, key) in new[]
        {
            (io.ThrottleReadBpsDevice, "rbps"), (io.ThrottleWriteBpsDevice, "wbps"), (io.ThrottleReadIopsDevice, "riops"), (io.ThrottleWriteIopsDevice, "wiops"),
        })
        {
            foreach (ThrottleDevice device in devices ?? [])
            {
                yield return new("io", "io.max", $"{device.Major}:{device.Minor} {key}={(device.Rate == 0 ? "max" : Text(device.Rate))}");
            }
        }
    }

    private static IEnumerable<CgroupWrite> Others(ResourcesSpec resources)
    {
        foreach (HugepageLimit limit in resources.HugepageLimits ?? [])
        {
            yield return new("hugetlb", $"hugetlb.{limit.PageSize}.max", Text(limit.Limit));
            yield return new("hugetlb", $"hugetlb.{limit.PageSize}.rsvd.max", Text(limit.Limit), Optional: true);
        }
        foreach (var (device, limit) in resources.Rdma ?? new Dictionary<string, RdmaLimit>())
        {
            yield return new("rdma", "rdma.max", V1Resources.RdmaLine(device, limit));
        }
    }

    private static IEnumerable<CgroupWrite> Unified(IReadOnlyDictionary<string, string>? values)
    {
        foreach (var (file, value) in values ?? new Dictionary<string, string>())
        {
            if (file.Contains('/')) throw CortenException.Invalid($"unified resource {file} must be a file name (no slashes)");
            foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries)) yield return new(file.Split('.')[0], file, line);
        }
    }

    /// <summary>memory.checkBeforeUpdate: a limit below what is in use would call the OOM killer at once.</summary>
    private static void CheckBeforeUpdate(string folder, MemoryResources? memory)
    {
        if (memory is not { CheckBeforeUpdate: true, Limit: > 0 } || !long.TryParse(CgroupFile.Read(folder, "memory.current"), out long used)) return;
        if (memory.Limit < used) throw CortenException.Invalid($"rejecting memory limit {memory.Limit} < usage {used}");
    }

    private static string Max(long value) => value < 0 ? "max" : Text(value);

    private static string Text<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
