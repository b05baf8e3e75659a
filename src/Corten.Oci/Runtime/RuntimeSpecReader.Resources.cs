using System.Text.Json;

namespace Corten.Oci.Runtime;

/// <content>Limits.</content>
public static partial class RuntimeSpecReader
{
    private static ResourcesSpec? ReadResources(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new ResourcesSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("devices"u8)) value.Devices = List(ref json, ReadDeviceRule);
            else if (json.ValueTextEquals("memory"u8)) value.Memory = ReadMemoryResources(ref json);
            else if (json.ValueTextEquals("cpu"u8)) value.Cpu = ReadCpuResources(ref json);
            else if (json.ValueTextEquals("pids"u8)) value.Pids = ReadPidsResources(ref json);
            else if (json.ValueTextEquals("blockIO"u8)) value.BlockIo = ReadBlockIoResources(ref json);
            else if (json.ValueTextEquals("hugepageLimits"u8)) value.HugepageLimits = List(ref json, ReadHugepageLimit);
            else if (json.ValueTextEquals("network"u8)) value.Network = ReadNetworkResources(ref json);
            else if (json.ValueTextEquals("rdma"u8)) value.Rdma = Map(ref json, ReadRdmaLimit);
            else if (json.ValueTextEquals("unified"u8)) value.Unified = TextMap(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static DeviceRule? ReadDeviceRule(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new DeviceRule();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("allow"u8)) value.Allow = Boolean(ref json) ?? false;
            else if (json.ValueTextEquals("type"u8)) value.Type = Text(ref json);
            else if (json.ValueTextEquals("major"u8)) value.Major = Int64(ref json);
            else if (json.ValueTextEquals("minor"u8)) value.Minor = Int64(ref json);
            else if (json.ValueTextEquals("access"u8)) value.Access = Text(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static MemoryResources? ReadMemoryResources(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new MemoryResources();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("limit"u8)) value.Limit = Int64(ref json);
            else if (json.ValueTextEquals("reservation"u8)) value.Reservation = Int64(ref json);
            else if (json.ValueTextEquals("swap"u8)) value.Swap = Int64(ref json);
            else if (json.ValueTextEquals("kernel"u8)) value.Kernel = Int64(ref json);
            else if (json.ValueTextEquals("kernelTCP"u8)) value.KernelTcp = Int64(ref json);
            else if (json.ValueTextEquals("swappiness"u8)) value.Swappiness = UInt64(ref json);
            else if (json.ValueTextEquals("disableOOMKiller"u8)) value.DisableOomKiller = Boolean(ref json);
            else if (json.ValueTextEquals("useHierarchy"u8)) value.UseHierarchy = Boolean(ref json);
            else if (json.ValueTextEquals("checkBeforeUpdate"u8)) value.CheckBeforeUpdate = Boolean(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static CpuResources? ReadCpuResources(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new CpuResources();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("shares"u8)) value.Shares = UInt64(ref json);
            else if (json.ValueTextEquals("quota"u8)) value.Quota = Int64(ref json);
            else if (json.ValueTextEquals("burst"u8)) value.Burst = UInt64(ref json);
            else if (json.ValueTextEquals("period"u8)) value.Period = UInt64(ref json);
            else if (json.ValueTextEquals("realtimeRuntime"u8)) value.RealtimeRuntime = Int64(ref json);
            else if (json.ValueTextEquals("realtimePeriod"u8)) value.RealtimePeriod = UInt64(ref json);
            else if (json.ValueTextEquals("cpus"u8)) value.Cpus = Text(ref json);
            else if (json.ValueTextEquals("mems"u8)) value.Mems = Text(ref json);
            else if (json.ValueTextEquals("idle"u8)) value.Idle = Int64(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static PidsResources? ReadPidsResources(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new PidsResources();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("limit"u8)) value.Limit = Int64(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static BlockIoResources? ReadBlockIoResources(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new BlockIoResources();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("weight"u8)) value.Weight = UInt16(ref json);
            else if (json.ValueTextEquals("leafWeight"u8)) value.LeafWeight = UInt16(ref json);
            else if (json.ValueTextEquals("weightDevice"u8)) value.WeightDevice = List(ref json, ReadWeightDevice);
            else if (json.ValueTextEquals("throttleReadBpsDevice"u8)) value.ThrottleReadBpsDevice = List(ref json, ReadThrottleDevice);
            else if (json.ValueTextEquals("throttleWriteBpsDevice"u8)) value.ThrottleWriteBpsDevice = List(ref json, ReadThrottleDevice);
            else if (json.ValueTextEquals("throttleReadIOPSDevice"u8)) value.ThrottleReadIopsDevice = List(ref json, ReadThrottleDevice);
            else if (json.ValueTextEquals("throttleWriteIOPSDevice"u8)) value.ThrottleWriteIopsDevice = List(ref json, ReadThrottleDevice);
            else Pass(ref json);
        }
        return value;
    }

    private static WeightDevice? ReadWeightDevice(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new WeightDevice();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("major"u8)) value.Major = Int64(ref json) ?? 0;
            else if (json.ValueTextEquals("minor"u8)) value.Minor = Int64(ref json) ?? 0;
            else if (json.ValueTextEquals("weight"u8)) value.Weight = UInt16(ref json);
            else if (json.ValueTextEquals("leafWeight"u8)) value.LeafWeight = UInt16(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static ThrottleDevice? ReadThrottleDevice(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new ThrottleDevice();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("major"u8)) value.Major = Int64(ref json) ?? 0;
            else if (json.ValueTextEquals("minor"u8)) value.Minor = Int64(ref json) ?? 0;
            else if (json.ValueTextEquals("rate"u8)) value.Rate = UInt64(ref json) ?? 0;
            else Pass(ref json);
        }
        return value;
    }

    private static HugepageLimit? ReadHugepageLimit(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new HugepageLimit();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("pageSize"u8)) value.PageSize = Text(ref json) ?? "";
            else if (json.ValueTextEquals("limit"u8)) value.Limit = UInt64(ref json) ?? 0;
            else Pass(ref json);
        }
        return value;
    }

    private static NetworkResources? ReadNetworkResources(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new NetworkResources();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("classID"u8)) value.ClassId = UInt32(ref json);
            else if (json.ValueTextEquals("priorities"u8)) value.Priorities = List(ref json, ReadInterfacePriority);
            else Pass(ref json);
        }
        return value;
    }

    private static InterfacePriority? ReadInterfacePriority(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new InterfacePriority();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("name"u8)) value.Name = Text(ref json) ?? "";
            else if (json.ValueTextEquals("priority"u8)) value.Priority = UInt32(ref json) ?? 0;
            else Pass(ref json);
        }
        return value;
    }

    private static RdmaLimit? ReadRdmaLimit(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new RdmaLimit();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("hcaHandles"u8)) value.HcaHandles = UInt32(ref json);
            else if (json.ValueTextEquals("hcaObjects"u8)) value.HcaObjects = UInt32(ref json);
            else Pass(ref json);
        }
        return value;
    }
}
