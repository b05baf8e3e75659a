using System.Text.Json;

namespace Corten.Oci.Runtime;

/// <content>The configuration itself, its mounts and hooks.</content>
public static partial class RuntimeSpecReader
{
    private static RuntimeSpec? ReadRuntime(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new RuntimeSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("ociVersion"u8)) value.OciVersion = Text(ref json) ?? "";
            else if (json.ValueTextEquals("root"u8)) value.Root = ReadRoot(ref json);
            else if (json.ValueTextEquals("process"u8)) value.Process = ReadProcess(ref json);
            else if (json.ValueTextEquals("hostname"u8)) value.Hostname = Text(ref json);
            else if (json.ValueTextEquals("domainname"u8)) value.Domainname = Text(ref json);
            else if (json.ValueTextEquals("mounts"u8)) value.Mounts = List(ref json, ReadMount) ?? [];
            else if (json.ValueTextEquals("hooks"u8)) value.Hooks = ReadHookSet(ref json);
            else if (json.ValueTextEquals("annotations"u8)) value.Annotations = TextMap(ref json);
            else if (json.ValueTextEquals("linux"u8)) value.Linux = ReadLinux(ref json);
            else Pass(ref json);
        }
        return value;
    }

    private static RootSpec? ReadRoot(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new RootSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("path"u8)) value.Path = Text(ref json) ?? "";
            else if (json.ValueTextEquals("readonly"u8)) value.ReadOnly = Boolean(ref json) ?? false;
            else Pass(ref json);
        }
        return value;
    }

    private static MountSpec? ReadMount(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new MountSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("destination"u8)) value.Destination = Text(ref json) ?? "";
            else if (json.ValueTextEquals("type"u8)) value.Type = Text(ref json);
            else if (json.ValueTextEquals("source"u8)) value.Source = Text(ref json);
            else if (json.ValueTextEquals("options"u8)) value.Options = Texts(ref json);
            else if (json.ValueTextEquals("uidMappings"u8)) value.UidMappings = List(ref json, ReadIdMapping);
            else if (json.ValueTextEquals("gidMappings"u8)) value.GidMappings = List(ref json, ReadIdMapping);
            else Pass(ref json);
        }
        return value;
    }

    private static IdMapping? ReadIdMapping(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new IdMapping();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("containerID"u8)) value.ContainerId = UInt32(ref json) ?? 0;
            else if (json.ValueTextEquals("hostID"u8)) value.HostId = UInt32(ref json) ?? 0;
            else if (json.ValueTextEquals("size"u8)) value.Size = UInt32(ref json) ?? 0;
            else Pass(ref json);
        }
        return value;
    }

    private static HookSet? ReadHookSet(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new HookSet();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("prestart"u8)) value.Prestart = List(ref json, ReadHook);
            else if (json.ValueTextEquals("createRuntime"u8)) value.CreateRuntime = List(ref json, ReadHook);
            else if (json.ValueTextEquals("createContainer"u8)) value.CreateContainer = List(ref json, ReadHook);
            else if (json.ValueTextEquals("startContainer"u8)) value.StartContainer = List(ref json, ReadHook);
            else if (json.ValueTextEquals("poststart"u8)) value.Poststart = List(ref json, ReadHook);
            else if (json.ValueTextEquals("poststop"u8)) value.Poststop = List(ref json, ReadHook);
            else Pass(ref json);
        }
        return value;
    }

    private static HookSpec? ReadHook(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new HookSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("path"u8)) value.Path = Text(ref json) ?? "";
            else if (json.ValueTextEquals("args"u8)) value.Args = Texts(ref json);
            else if (json.ValueTextEquals("env"u8)) value.Env = Texts(ref json);
            else if (json.ValueTextEquals("timeout"u8)) value.Timeout = Int32(ref json);
            else Pass(ref json);
        }
        return value;
    }
}
