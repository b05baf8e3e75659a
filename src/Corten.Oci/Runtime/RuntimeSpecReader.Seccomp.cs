using System.Text.Json;

namespace Corten.Oci.Runtime;

/// <content>System call policies.</content>
public static partial class RuntimeSpecReader
{
    private static SeccompSpec? ReadSeccomp(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new SeccompSpec();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("defaultAction"u8)) value.DefaultAction = Text(ref json) ?? "";
            else if (json.ValueTextEquals("defaultErrnoRet"u8)) value.DefaultErrnoRet = UInt32(ref json);
            else if (json.ValueTextEquals("architectures"u8)) value.Architectures = Texts(ref json);
            else if (json.ValueTextEquals("flags"u8)) value.Flags = Texts(ref json);
            else if (json.ValueTextEquals("listenerPath"u8)) value.ListenerPath = Text(ref json);
            else if (json.ValueTextEquals("listenerMetadata"u8)) value.ListenerMetadata = Text(ref json);
            else if (json.ValueTextEquals("syscalls"u8)) value.Syscalls = List(ref json, ReadSeccompRule);
            else Pass(ref json);
        }
        return value;
    }

    private static SeccompRule? ReadSeccompRule(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new SeccompRule();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("names"u8)) value.Names = Texts(ref json) ?? [];
            else if (json.ValueTextEquals("action"u8)) value.Action = Text(ref json) ?? "";
            else if (json.ValueTextEquals("errnoRet"u8)) value.ErrnoRet = UInt32(ref json);
            else if (json.ValueTextEquals("args"u8)) value.Args = List(ref json, ReadSeccompArgument);
            else Pass(ref json);
        }
        return value;
    }

    private static SeccompArgument? ReadSeccompArgument(ref Utf8JsonReader json)
    {
        if (!Begin(ref json)) return null;
        var value = new SeccompArgument();
        while (NextMember(ref json))
        {
            if (json.ValueTextEquals("index"u8)) value.Index = UInt32(ref json) ?? 0;
            else if (json.ValueTextEquals("value"u8)) value.Value = UInt64(ref json) ?? 0;
            else if (json.ValueTextEquals("valueTwo"u8)) value.ValueTwo = UInt64(ref json) ?? 0;
            else if (json.ValueTextEquals("op"u8)) value.Op = Text(ref json) ?? "";
            else Pass(ref json);
        }
        return value;
    }
}
