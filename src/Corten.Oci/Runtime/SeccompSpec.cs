using System.Text.Json.Serialization;

namespace Corten.Oci.Runtime;

/// <summary>config-linux.md, "Seccomp".</summary>
public sealed record SeccompSpec
{
    [JsonPropertyName("defaultAction")] public string DefaultAction { get; set; } = "";
    [JsonPropertyName("defaultErrnoRet")] public uint? DefaultErrnoRet { get; set; }
    [JsonPropertyName("architectures")] public IReadOnlyList<string>? Architectures { get; set; }
    [JsonPropertyName("flags")] public IReadOnlyList<string>? Flags { get; set; }
    [JsonPropertyName("listenerPath")] public string? ListenerPath { get; set; }
    [JsonPropertyName("listenerMetadata")] public string? ListenerMetadata { get; set; }
    [JsonPropertyName("syscalls")] public IReadOnlyList<SeccompRule>? Syscalls { get; set; }
}

/// <summary>One entry of the list; its arguments are AND-ed.</summary>
public sealed record SeccompRule
{
    [JsonPropertyName("names")] public IReadOnlyList<string> Names { get; set; } = [];
    [JsonPropertyName("action")] public string Action { get; set; } = "";
    [JsonPropertyName("errnoRet")] public uint? ErrnoRet { get; set; }
    [JsonPropertyName("args")] public IReadOnlyList<SeccompArgument>? Args { get; set; }
}

/// <summary>For <c>SCMP_CMP_MASKED_EQ</c>, <c>value</c> is the mask and <c>valueTwo</c> the datum.</summary>
public sealed record SeccompArgument
{
    [JsonPropertyName("index")] public uint Index { get; set; }
    [JsonPropertyName("value")] public ulong Value { get; set; }
    [JsonPropertyName("valueTwo")] public ulong ValueTwo { get; set; }
    [JsonPropertyName("op")] public string Op { get; set; } = "";
}
