using Corten.Containers.Machine;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Validation;

/// <summary>Limits that make sense and that this machine can keep; those that its kernel lacks are dropped with a warning, as the reference engine does.</summary>
internal static class ResourceRules
{
    /// <summary>Less than this and not even the start fits.</summary>
    private const long MinimumMemory = 6 << 20;

    public static void Check(Resources limits, IList<string> warnings, bool update)
    {
        CheckMemory(limits, warnings, update);
        CheckPids(limits, warnings);
        CheckCpu(limits);
        CheckBlockIo(limits, warnings);
        CheckWindows(limits, warnings);
    }

    /// <summary>What a create request is refused for before anything else is looked at: limits that only Windows has, and a scheduler that the kernel may lack.</summary>
    public static void CheckSupport(Resources limits)
    {
        if (limits.IOMaximumBandwidth != 0)
        {
            throw CortenException.Invalid("invalid option: QoS maximum bandwidth configuration is not supported on linux");
        }

        if (limits.IOMaximumIOps != 0)
        {
            throw CortenException.Invalid("invalid option: QoS maximum IOPs configuration is not supported on linux");
        }

        if ((limits.CpuRealtimePeriod != 0 || limits.CpuRealtimeRuntime != 0) && !Kernel.Has("cpu", "cpu.rt_period_us", null))
        {
            throw CortenException.Invalid("Your kernel does not support CPU real-time scheduler");
        }

        if (limits is { CpuRealtimeRuntime: not 0, CpuRealtimePeriod: not 0 } && limits.CpuRealtimeRuntime > limits.CpuRealtimePeriod)
        {
            throw CortenException.Invalid("cpu real-time runtime cannot be higher than cpu real-time period");
        }
    }

    private static void CheckMemory(Resources limits, IList<string> warnings, bool update)
    {
        if (limits.Memory != 0 && limits.Memory < MinimumMemory)
        {
            throw CortenException.Invalid("Minimum memory limit allowed is 6MB");
        }

        if (limits.Memory > 0 && !Kernel.Has("memory", "memory.limit_in_bytes", "memory.max"))
        {
            warnings.Add("Your kernel does not support memory limit capabilities or the cgroup is not mounted. Limitation discarded.");
            (limits.Memory, limits.MemorySwap) = (0, -1);
        }

        if (limits.Memory > 0 && limits.MemorySwap != -1 && !Kernel.Has("memory", "memory.memsw.limit_in_bytes", "memory.swap.max"))
        {
            warnings.Add("Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap.");
            limits.MemorySwap = -1;
        }

        if (limits.Memory > 0 && limits.MemorySwap > 0 && limits.MemorySwap < limits.Memory)
        {
            throw CortenException.Invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        }

        if (limits.Memory == 0 && limits.MemorySwap > 0 && !update)
        {
            throw CortenException.Invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
        }

        // -1 is how clients say that nothing was asked for.
        if (limits.MemorySwappiness == -1)
        {
            limits.MemorySwappiness = null;
        }

        if (limits.MemorySwappiness is { } swappiness)
        {
            if (swappiness is < 0 or > 100)
            {
                throw CortenException.Invalid($"Invalid value: {swappiness}, valid memory swappiness range is 0-100");
            }

            if (!Kernel.Has("memory", "memory.swappiness", null))
            {
                warnings.Add("Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.");
                limits.MemorySwappiness = null;
            }
        }

        if (limits.MemoryReservation != 0 && limits.MemoryReservation < MinimumMemory)
        {
            throw CortenException.Invalid("Minimum memory reservation allowed is 6MB");
        }

        if (limits.Memory > 0 && limits.MemoryReservation > limits.Memory)
        {
            throw CortenException.Invalid("Minimum memory limit can not be less than memory reservation limit, see usage");
        }

        if (limits.OomKillDisable == true)
        {
            if (!Kernel.Has("memory", "memory.oom_control", null))
            {
                warnings.Add("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
                limits.OomKillDisable = null;
            }
            else if (limits.Memory == 0)
            {
                warnings.Add("OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.");
            }
        }
    }

    private static void CheckPids(Resources limits, IList<string> warnings)
    {
        if (limits.PidsLimit > 0 && !Kernel.HasController("pids"))
        {
            warnings.Add("Your kernel does not support PIDs limit capabilities or the cgroup is not mounted. PIDs limit discarded.");
            limits.PidsLimit = null;
        }
    }

    private static void CheckCpu(Resources limits)
    {
        if (limits.CpuShares < 0)
        {
            throw CortenException.Invalid($"invalid CPU shares ({limits.CpuShares}): value must be a positive integer");
        }

        if (limits.NanoCpus > 0 && limits.CpuPeriod > 0)
        {
            throw CortenException.Invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set");
        }

        if (limits.NanoCpus > 0 && limits.CpuQuota > 0)
        {
            throw CortenException.Invalid("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        }

        if (limits.NanoCpus < 0 || limits.NanoCpus > Environment.ProcessorCount * 1_000_000_000L)
        {
            var count = Environment.ProcessorCount;
            throw CortenException.Invalid($"range of CPUs is from 0.01 to {count}.00, as there are only {count} CPUs available");
        }

        if (limits.CpuPeriod != 0 && limits.CpuPeriod is < 1000 or > 1_000_000)
        {
            throw CortenException.Invalid("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        }

        if (limits.CpuQuota is > 0 and < 1000)
        {
            throw CortenException.Invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        }

        CheckList(limits.CpusetCpus, "cpus", "CPUs", Kernel.OnlineCpus);
        CheckList(limits.CpusetMems, "mems", "memory nodes", Kernel.MemoryNodes);
    }

    private static void CheckList(string asked, string name, string things, string available)
    {
        if (asked.Length == 0)
        {
            return;
        }

        if (!CpuList.TryParse(asked, out var wanted))
        {
            throw CortenException.Invalid($"Invalid value {asked} for cpuset {name}: invalid format: {asked}");
        }

        if (CpuList.TryParse(available, out var present) && !wanted.IsSubsetOf(present))
        {
            throw CortenException.Invalid($"Requested {things} are not available - requested {asked}, available: {available}");
        }
    }

    private static void CheckBlockIo(Resources limits, IList<string> warnings)
    {
        if (limits.BlkioWeight > 0 && !Kernel.Has("blkio", "blkio.weight", "io.weight"))
        {
            warnings.Add("Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.");
            limits.BlkioWeight = 0;
        }

        if (limits.BlkioWeight is > 0 and < 10 or > 1000)
        {
            throw CortenException.Invalid("Range of blkio weight is from 10 to 1000");
        }

        if (limits.BlkioWeightDevice is { Count: > 0 } && !Kernel.Has("blkio", "blkio.weight_device", "io.weight"))
        {
            warnings.Add("Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.");
            limits.BlkioWeightDevice = [];
        }
    }

    private static void CheckWindows(Resources limits, IList<string> warnings)
    {
        if (limits.CpuPercent > 0)
        {
            warnings.Add("linux does not support CPU percent. Percent discarded.");
            limits.CpuPercent = 0;
        }
    }
}
