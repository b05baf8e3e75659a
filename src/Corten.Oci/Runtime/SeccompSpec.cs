using System.Text.Json.Serialization;

namespace Corten.Oci.Runtime;

/// <summary>config-linux.md, "Seccomp".</summary>
public sealed record SeccompSpec
{
    [JsonPropertyName("defaultAction")] public string DefaultAction { get; init; } = "";
    [JsonPropertyName("defaultErrnoRet")] public uint? DefaultErrnoRet { get; init; }
    [JsonPropertyName("architectures")] public IReadOnlyList<string>? Architectures { get; init; }
    [JsonPropertyName("flags")] public IReadOnlyList<string>? Flags { get; init; }
    [JsonPropertyName("listenerPath")] public string? ListenerPath { get; init; }
    [JsonPropertyName("listenerMetadata")] public string? ListenerMetadata { get; init; }
    [JsonPropertyName("syscalls")] public IReadOnlyList<SeccompRule>? Syscalls { get; init; }
}

/// <summary>One entry of the list; its arguments are AND-ed.</summary>
public sealed record SeccompRule
{
    [JsonPropertyName("names")] public IReadOnlyList<string> Names { get; init; } = [];
    [JsonPropertyName("action")] public string Action { get; init; } = "";
    [JsonPropertyName("errnoRet")] public uint? ErrnoRet { get; init; }
    [JsonPropertyName("args")] public IReadOnlyList<SeccompArgument>? Args { get; init; }
}

/// <summary>For <c>SCMP_CMP_MASKED_EQ</c>, <c>value</c> is the mask and <c>valueTwo</c> the datum.</summary>
public sealed record SeccompArgument
{
    [JsonPropertyName("index")] public uint Index { get; init; }
    [JsonPropertyName("value")] public ulong Value { get; init; }
    [JsonPropertyName("valueTwo")] public ulong ValueTwo { get; init; }
    [JsonPropertyName("op")] public string Op { get; init; } = "";
}
