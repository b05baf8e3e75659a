using System.Text.Json;

namespace Corten.Oci.Runtime;

/// <content>A process.</content>
public static partial class RuntimeSpecReader
{
    private static ProcessSpec? ReadProcess(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new ProcessSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("terminal"u8)) value.Terminal = Boolean(ref json) ?? false;
            else if (json.ValueTextEquals("consoleSize"u8)) value.ConsoleSize = ReadConsoleSize(ref json);
            else if (json.ValueTextEquals("user"u8)) value.User = ReadUser(ref json) ?? new();
            else if (json.ValueTextEquals("args"u8)) value.Args = Texts(ref json);
            else if (json.ValueTextEquals("commandLine"u8)) value.CommandLine = Text(ref json);
            else if (json.ValueTextEquals("env"u8)) value.Env = Texts(ref json);
            else if (json.ValueTextEquals("cwd"u8)) value.Cwd = Text(ref json) ?? "";
            else if (json.ValueTextEquals("capabilities"u8)) value.Capabilities = ReadCapabilitySets(ref json);
            else if (json.ValueTextEquals("rlimits"u8)) value.Rlimits = List(ref json, ReadRlimit);
            else if (json.ValueTextEquals("noNewPrivileges"u8)) value.NoNewPrivileges = Boolean(ref json) ?? false;
            else if (json.ValueTextEquals("apparmorProfile"u8)) value.ApparmorProfile = Text(ref json);
            else if (json.ValueTextEquals("selinuxLabel"u8)) value.SelinuxLabel = Text(ref json);
            else if (json.ValueTextEquals("oomScoreAdj"u8)) value.OomScoreAdj = Int32(ref json);
            else if (json.ValueTextEquals("scheduler"u8)) value.Scheduler = ReadScheduler(ref json);
            else if (json.ValueTextEquals("ioPriority"u8)) value.IoPriority = ReadIoPriority(ref json);
            else if (json.ValueTextEquals("execCPUAffinity"u8)) value.ExecCpuAffinity = ReadCpuAffinity(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static ConsoleSize? ReadConsoleSize(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new ConsoleSize();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("height"u8)) value.Height = UInt16(ref json) ?? 0;
            else if (json.ValueTextEquals("width"u8)) value.Width = UInt16(ref json) ?? 0;
            else Pass(ref json);
        }
        return value;
    }

    private static UserSpec? ReadUser(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new UserSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("uid"u8)) value.Uid = UInt32(ref json) ?? 0;
            else if (json.ValueTextEquals("gid"u8)) value.Gid = UInt32(ref json) ?? 0;
            else if (json.ValueTextEquals("umask"u8)) value.Umask = UInt32(ref json);
            else if (json.ValueTextEquals("additionalGids"u8)) value.AdditionalGids = Numbers(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static CapabilitySets? ReadCapabilitySets(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new CapabilitySets();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("bounding"u8)) value.Bounding = Texts(ref json);
            else if (json.ValueTextEquals("effective"u8)) value.Effective = Texts(ref json);
            else if (json.ValueTextEquals("inheritable"u8)) value.Inheritable = Texts(ref json);
            else if (json.ValueTextEquals("permitted"u8)) value.Permitted = Texts(ref json);
            else if (json.ValueTextEquals("ambient"u8)) value.Ambient = Texts(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static RlimitSpec? ReadRlimit(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new RlimitSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("type"u8)) value.Type = Text(ref json) ?? "";
            else if (json.ValueTextEquals("soft"u8)) value.Soft = UInt64(ref json) ?? 0;
            else if (json.ValueTextEquals("hard"u8)) value.Hard = UInt64(ref json) ?? 0;
            else Pass(ref json);
        }
        return value;
    }

    private static SchedulerSpec? ReadScheduler(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new SchedulerSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("policy"u8)) value.Policy = Text(ref json) ?? "";
            else if (json.ValueTextEquals("nice"u8)) value.Nice = Int32(ref json);
            else if (json.ValueTextEquals("priority"u8)) value.Priority = Int32(ref json);
            else if (json.ValueTextEquals("flags"u8)) value.Flags = Texts(ref json);
            else if (json.ValueTextEquals("runtime"u8)) value.Runtime = UInt64(ref json);
            else if (json.ValueTextEquals("deadline"u8)) value.Deadline = UInt64(ref json);
            else if (json.ValueTextEquals("period"u8)) value.Period = UInt64(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static IoPrioritySpec? ReadIoPriority(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new IoPrioritySpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("class"u8)) value.Class = Text(ref json) ?? "";
            else if (json.ValueTextEquals("priority"u8)) value.Priority = Int32(ref json) ?? 0;
            else Pass(ref json);
        }
        return value;
    }

    private static CpuAffinitySpec? ReadCpuAffinity(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new CpuAffinitySpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("initial"u8)) value.Initial = Text(ref json);
            else if (json.ValueTextEquals("final"u8)) value.Final = Text(ref json);
            else Pass(ref json);
        }
        return value;
    }
}
