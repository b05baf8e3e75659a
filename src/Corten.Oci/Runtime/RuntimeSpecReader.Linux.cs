using System.Text.Json;

namespace Corten.Oci.Runtime;

/// <content>What is Linux's own.</content>
public static partial class RuntimeSpecReader
{
    private static LinuxSpec? ReadLinux(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new LinuxSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("namespaces"u8)) value.Namespaces = List(ref json, ReadNamespace);
            else if (json.ValueTextEquals("uidMappings"u8)) value.UidMappings = List(ref json, ReadIdMapping);
            else if (json.ValueTextEquals("gidMappings"u8)) value.GidMappings = List(ref json, ReadIdMapping);
            else if (json.ValueTextEquals("timeOffsets"u8)) value.TimeOffsets = Map(ref json, ReadTimeOffset);
            else if (json.ValueTextEquals("devices"u8)) value.Devices = List(ref json, ReadDevice);
            else if (json.ValueTextEquals("netDevices"u8)) value.NetDevices = Map(ref json, ReadNetDevice);
            else if (json.ValueTextEquals("cgroupsPath"u8)) value.CgroupsPath = Text(ref json);
            else if (json.ValueTextEquals("resources"u8)) value.Resources = ReadResources(ref json);
            else if (json.ValueTextEquals("rootfsPropagation"u8)) value.RootfsPropagation = Text(ref json);
            else if (json.ValueTextEquals("seccomp"u8)) value.Seccomp = ReadSeccomp(ref json);
            else if (json.ValueTextEquals("sysctl"u8)) value.Sysctl = TextMap(ref json);
            else if (json.ValueTextEquals("maskedPaths"u8)) value.MaskedPaths = Texts(ref json);
            else if (json.ValueTextEquals("readonlyPaths"u8)) value.ReadOnlyPaths = Texts(ref json);
            else if (json.ValueTextEquals("mountLabel"u8)) value.MountLabel = Text(ref json);
            else if (json.ValueTextEquals("personality"u8)) value.Personality = ReadPersonality(ref json);
            else if (json.ValueTextEquals("intelRdt"u8)) value.IntelRdt = ReadIntelRdt(ref json);
            else if (json.ValueTextEquals("memoryPolicy"u8)) value.MemoryPolicy = ReadMemoryPolicy(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static NamespaceSpec? ReadNamespace(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new NamespaceSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("type"u8)) value.Type = Text(ref json) ?? "";
            else if (json.ValueTextEquals("path"u8)) value.Path = Text(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static TimeOffset? ReadTimeOffset(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new TimeOffset();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("secs"u8)) value.Secs = Int64(ref json) ?? 0;
            else if (json.ValueTextEquals("nanosecs"u8)) value.Nanosecs = UInt32(ref json) ?? 0;
            else Pass(ref json);
        }
        return value;
    }

    private static DeviceSpec? ReadDevice(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new DeviceSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("type"u8)) value.Type = Text(ref json) ?? "";
            else if (json.ValueTextEquals("path"u8)) value.Path = Text(ref json) ?? "";
            else if (json.ValueTextEquals("major"u8)) value.Major = Int64(ref json) ?? 0;
            else if (json.ValueTextEquals("minor"u8)) value.Minor = Int64(ref json) ?? 0;
            else if (json.ValueTextEquals("fileMode"u8)) value.FileMode = UInt32(ref json);
            else if (json.ValueTextEquals("uid"u8)) value.Uid = UInt32(ref json);
            else if (json.ValueTextEquals("gid"u8)) value.Gid = UInt32(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static NetDeviceSpec? ReadNetDevice(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new NetDeviceSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("name"u8)) value.Name = Text(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static PersonalitySpec? ReadPersonality(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new PersonalitySpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("domain"u8)) value.Domain = Text(ref json) ?? "";
            else if (json.ValueTextEquals("flags"u8)) value.Flags = Texts(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static IntelRdtSpec? ReadIntelRdt(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new IntelRdtSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("closID"u8)) value.ClosId = Text(ref json);
            else if (json.ValueTextEquals("schemata"u8)) value.Schemata = Texts(ref json);
            else if (json.ValueTextEquals("l3CacheSchema"u8)) value.L3CacheSchema = Text(ref json);
            else if (json.ValueTextEquals("memBwSchema"u8)) value.MemBwSchema = Text(ref json);
            else if (json.ValueTextEquals("enableMonitoring"u8)) value.EnableMonitoring = Boolean(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static MemoryPolicySpec? ReadMemoryPolicy(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new MemoryPolicySpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("mode"u8)) value.Mode = Text(ref json) ?? "";
            else if (json.ValueTextEquals("nodes"u8)) value.Nodes = Text(ref json);
            else if (json.ValueTextEquals("flags"u8)) value.Flags = Texts(ref json);
            else Pass(ref json);
        }
        return value;
    }
}
