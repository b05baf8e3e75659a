using System.Text.Json.Serialization;

namespace Corten.Oci.Runtime;

/// <summary>config.md, "Process"; also the file of <c>exec --process</c>.</summary>
public sealed record ProcessSpec
{
    [JsonPropertyName("terminal")] public bool Terminal { get; set; }
    [JsonPropertyName("consoleSize")] public ConsoleSize? ConsoleSize { get; set; }
    [JsonPropertyName("user")] public UserSpec User { get; set; } = new();
    [JsonPropertyName("args")] public IReadOnlyList<string>? Args { get; set; }
    [JsonPropertyName("commandLine")] public string? CommandLine { get; set; }
    [JsonPropertyName("env")] public IReadOnlyList<string>? Env { get; set; }
    [JsonPropertyName("cwd")] public string Cwd { get; set; } = "/";
    [JsonPropertyName("capabilities")] public CapabilitySets? Capabilities { get; set; }
    [JsonPropertyName("rlimits")] public IReadOnlyList<RlimitSpec>? Rlimits { get; set; }
    [JsonPropertyName("noNewPrivileges")] public bool NoNewPrivileges { get; set; }
    [JsonPropertyName("apparmorProfile")] public string? ApparmorProfile { get; set; }
    [JsonPropertyName("selinuxLabel")] public string? SelinuxLabel { get; set; }
    [JsonPropertyName("oomScoreAdj")] public int? OomScoreAdj { get; set; }
    [JsonPropertyName("scheduler")] public SchedulerSpec? Scheduler { get; set; }
    [JsonPropertyName("ioPriority")] public IoPrioritySpec? IoPriority { get; set; }
    [JsonPropertyName("execCPUAffinity")] public CpuAffinitySpec? ExecCpuAffinity { get; set; }
}

/// <summary>In characters.</summary>
public sealed record ConsoleSize
{
    [JsonPropertyName("height")] public ushort Height { get; set; }
    [JsonPropertyName("width")] public ushort Width { get; set; }
}

/// <summary>Ids are those of the container's user namespace.</summary>
public sealed record UserSpec
{
    [JsonPropertyName("uid")] public uint Uid { get; set; }
    [JsonPropertyName("gid")] public uint Gid { get; set; }
    [JsonPropertyName("umask")] public uint? Umask { get; set; }
    [JsonPropertyName("additionalGids")] public IReadOnlyList<uint>? AdditionalGids { get; set; }
}

/// <summary>capabilities(7), by name: <c>CAP_CHOWN</c>.</summary>
public sealed record CapabilitySets
{
    [JsonPropertyName("bounding")] public IReadOnlyList<string>? Bounding { get; set; }
    [JsonPropertyName("effective")] public IReadOnlyList<string>? Effective { get; set; }
    [JsonPropertyName("inheritable")] public IReadOnlyList<string>? Inheritable { get; set; }
    [JsonPropertyName("permitted")] public IReadOnlyList<string>? Permitted { get; set; }
    [JsonPropertyName("ambient")] public IReadOnlyList<string>? Ambient { get; set; }
}

/// <summary>getrlimit(2); <c>ulong.MaxValue</c> is unlimited.</summary>
public sealed record RlimitSpec
{
    [JsonPropertyName("type")] public string Type { get; set; } = "";
    [JsonPropertyName("soft")] public ulong Soft { get; set; }
    [JsonPropertyName("hard")] public ulong Hard { get; set; }
}

/// <summary>sched_setattr(2); times in nanoseconds.</summary>
public sealed record SchedulerSpec
{
    [JsonPropertyName("policy")] public string Policy { get; set; } = "";
    [JsonPropertyName("nice")] public int? Nice { get; set; }
    [JsonPropertyName("priority")] public int? Priority { get; set; }
    [JsonPropertyName("flags")] public IReadOnlyList<string>? Flags { get; set; }
    [JsonPropertyName("runtime")] public ulong? Runtime { get; set; }
    [JsonPropertyName("deadline")] public ulong? Deadline { get; set; }
    [JsonPropertyName("period")] public ulong? Period { get; set; }
}

/// <summary>ioprio_set(2).</summary>
public sealed record IoPrioritySpec
{
    [JsonPropertyName("class")] public string Class { get; set; } = "";
    [JsonPropertyName("priority")] public int Priority { get; set; }
}

/// <summary>For processes added to a container: while they are set up, and after.</summary>
public sealed record CpuAffinitySpec
{
    [JsonPropertyName("initial")] public string? Initial { get; set; }
    [JsonPropertyName("final")] public string? Final { get; set; }
}
