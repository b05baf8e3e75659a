using Corten.Containers.Devices;
using Corten.EngineApi.Containers;
using Corten.Oci.Runtime;

namespace Corten.Containers.Spec;

/// <summary>Limits of the API as the runtime-spec has them; 0, "" and null of the API are left out.</summary>
internal static class ResourcePlan
{
    /// <summary>Microseconds: the kernel's own default, against which <c>--cpus</c> is measured.</summary>
    private const ulong DefaultPeriod = 100_000;

    /// <param name="limits">What the user set.</param>
    /// <param name="devices">Null when the devices stay as they are (an update).</param>
    public static ResourcesSpec Of(Resources limits, IReadOnlyList<DeviceRule>? devices) => new()
    {
        Devices = devices,
        Memory = Memory(limits),
        Cpu = Cpu(limits),
        Pids = limits.PidsLimit is { } pids ? new PidsResources { Limit = pids <= 0 ? -1 : pids } : null,
        BlockIo = BlockIo(limits),
    };

    private static MemoryResources? Memory(Resources limits)
    {
        var memory = new MemoryResources
        {
            Limit = Positive(limits.Memory),
            Reservation = Positive(limits.MemoryReservation),
            Swap = limits.MemorySwap == 0 ? null : limits.MemorySwap,
            Swappiness = limits.MemorySwappiness is >= 0 and var swappiness ? (ulong)swappiness : null,
            DisableOomKiller = limits.OomKillDisable == true ? true : null,
        };
        return memory == new MemoryResources() ? null : memory;
    }

    private static CpuResources? Cpu(Resources limits)
    {
        var cpu = new CpuResources
        {
            Shares = limits.CpuShares > 0 ? (ulong)limits.CpuShares : null,
            Period = limits.NanoCpus > 0 ? DefaultPeriod : limits.CpuPeriod != 0 ? (ulong)limits.CpuPeriod : null,
            Quota = limits.NanoCpus > 0 ? limits.NanoCpus * (long)DefaultPeriod / 1_000_000_000 : limits.CpuQuota != 0 ? limits.CpuQuota : null,
            RealtimePeriod = limits.CpuRealtimePeriod > 0 ? (ulong)limits.CpuRealtimePeriod : null,
            RealtimeRuntime = Positive(limits.CpuRealtimeRuntime),
            Cpus = limits.CpusetCpus.Length > 0 ? limits.CpusetCpus : null,
            Mems = limits.CpusetMems.Length > 0 ? limits.CpusetMems : null,
        };
        return cpu == new CpuResources() ? null : cpu;
    }

    private static BlockIoResources? BlockIo(Resources limits)
    {
        var block = new BlockIoResources
        {
            Weight = limits.BlkioWeight > 0 ? limits.BlkioWeight : null,
            WeightDevice = limits.BlkioWeightDevice is { Count: > 0 } weights ? [.. weights.Select(Weight)] : null,
            ThrottleReadBpsDevice = Throttle(limits.BlkioDeviceReadBps),
            ThrottleWriteBpsDevice = Throttle(limits.BlkioDeviceWriteBps),
            ThrottleReadIopsDevice = Throttle(limits.BlkioDeviceReadIOps),
            ThrottleWriteIopsDevice = Throttle(limits.BlkioDeviceWriteIOps),
        };
        return block == new BlockIoResources() ? null : block;
    }

    private static Oci.Runtime.WeightDevice Weight(EngineApi.Containers.WeightDevice device)
    {
        var node = HostDevice.Stat(device.Path);
        return new Oci.Runtime.WeightDevice { Major = node.Major, Minor = node.Minor, Weight = device.Weight };
    }

    private static List<Oci.Runtime.ThrottleDevice>? Throttle(IReadOnlyList<EngineApi.Containers.ThrottleDevice>? devices)
    {
        if (devices is null or [])
        {
            return null;
        }

        var throttles = new List<Oci.Runtime.ThrottleDevice>();
        foreach (var device in devices)
        {
            var node = HostDevice.Stat(device.Path);
            throttles.Add(new Oci.Runtime.ThrottleDevice { Major = node.Major, Minor = node.Minor, Rate = device.Rate });
        }

        return throttles;
    }

    private static long? Positive(long value) => value > 0 ? value : null;
}
