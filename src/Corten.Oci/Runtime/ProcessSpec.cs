using System.Text.Json.Serialization;

namespace Corten.Oci.Runtime;

/// <summary>config.md, "Process"; also the file of <c>exec --process</c>.</summary>
public sealed record ProcessSpec
{
    [JsonPropertyName("terminal")] public bool Terminal { get; init; }
    [JsonPropertyName("consoleSize")] public ConsoleSize? ConsoleSize { get; init; }
    [JsonPropertyName("user")] public UserSpec User { get; init; } = new();
    [JsonPropertyName("args")] public IReadOnlyList<string>? Args { get; init; }
    [JsonPropertyName("commandLine")] public string? CommandLine { get; init; }
    [JsonPropertyName("env")] public IReadOnlyList<string>? Env { get; init; }
    [JsonPropertyName("cwd")] public string Cwd { get; init; } = "/";
    [JsonPropertyName("capabilities")] public CapabilitySets? Capabilities { get; init; }
    [JsonPropertyName("rlimits")] public IReadOnlyList<RlimitSpec>? Rlimits { get; init; }
    [JsonPropertyName("noNewPrivileges")] public bool NoNewPrivileges { get; init; }
    [JsonPropertyName("apparmorProfile")] public string? ApparmorProfile { get; init; }
    [JsonPropertyName("selinuxLabel")] public string? SelinuxLabel { get; init; }
    [JsonPropertyName("oomScoreAdj")] public int? OomScoreAdj { get; init; }
    [JsonPropertyName("scheduler")] public SchedulerSpec? Scheduler { get; init; }
    [JsonPropertyName("ioPriority")] public IoPrioritySpec? IoPriority { get; init; }
    [JsonPropertyName("execCPUAffinity")] public CpuAffinitySpec? ExecCpuAffinity { get; init; }
}

/// <summary>In characters.</summary>
public sealed record ConsoleSize
{
    [JsonPropertyName("height")] public ushort Height { get; init; }
    [JsonPropertyName("width")] public ushort Width { get; init; }
}

/// <summary>Ids are those of the container's user namespace.</summary>
public sealed record UserSpec
{
    [JsonPropertyName("uid")] public uint Uid { get; init; }
    [JsonPropertyName("gid")] public uint Gid { get; init; }
    [JsonPropertyName("umask")] public uint? Umask { get; init; }
    [JsonPropertyName("additionalGids")] public IReadOnlyList<uint>? AdditionalGids { get; init; }
}

/// <summary>capabilities(7), by name: <c>CAP_CHOWN</c>.</summary>
public sealed record CapabilitySets
{
    [JsonPropertyName("bounding")] public IReadOnlyList<string>? Bounding { get; init; }
    [JsonPropertyName("effective")] public IReadOnlyList<string>? Effective { get; init; }
    [JsonPropertyName("inheritable")] public IReadOnlyList<string>? Inheritable { get; init; }
    [JsonPropertyName("permitted")] public IReadOnlyList<string>? Permitted { get; init; }
    [JsonPropertyName("ambient")] public IReadOnlyList<string>? Ambient { get; init; }
}

/// <summary>getrlimit(2); <c>ulong.MaxValue</c> is unlimited.</summary>
public sealed record RlimitSpec
{
    [JsonPropertyName("type")] public string Type { get; init; } = "";
    [JsonPropertyName("soft")] public ulong Soft { get; init; }
    [JsonPropertyName("hard")] public ulong Hard { get; init; }
}

/// <summary>sched_setattr(2); times in nanoseconds.</summary>
public sealed record SchedulerSpec
{
    [JsonPropertyName("policy")] public string Policy { get; init; } = "";
    [JsonPropertyName("nice")] public int? Nice { get; init; }
    [JsonPropertyName("priority")] public int? Priority { get; init; }
    [JsonPropertyName("flags")] public IReadOnlyList<string>? Flags { get; init; }
    [JsonPropertyName("runtime")] public ulong? Runtime { get; init; }
    [JsonPropertyName("deadline")] public ulong? Deadline { get; init; }
    [JsonPropertyName("period")] public ulong? Period { get; init; }
}

/// <summary>ioprio_set(2).</summary>
public sealed record IoPrioritySpec
{
    [JsonPropertyName("class")] public string Class { get; init; } = "";
    [JsonPropertyName("priority")] public int Priority { get; init; }
}

/// <summary>For processes added to a container: while they are set up, and after.</summary>
public sealed record CpuAffinitySpec
{
    [JsonPropertyName("initial")] public string? Initial { get; init; }
    [JsonPropertyName("final")] public string? Final { get; init; }
}
