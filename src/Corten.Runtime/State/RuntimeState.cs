using System.Text.Json.Serialization;

namespace Corten.Runtime.State;

/// <summary>What is kept of a container while it exists: the file <c>state.json</c> in its folder under <c>--root</c>.</summary>
internal sealed record RuntimeState
{
    public required string Id { get; set; }

    /// <summary>Init, as the host sees it.</summary>
    public required int Pid { get; set; }

    /// <summary>proc_pid_stat(5), field 22: tells this process from a later one with its number.</summary>
    public required ulong StartTime { get; set; }

    public required DateTimeOffset Created { get; set; }

    public required string Bundle { get; set; }

    public required string RootPath { get; set; }

    /// <summary>The configuration as it was at create: later edits of the bundle's have no effect (runtime.md, "Lifecycle").</summary>
    public required string ConfigPath { get; set; }

    public required string CgroupPath { get; set; }

    /// <summary>The container's processes are alone in a pid namespace: they all end with init.</summary>
    public bool OwnPidNamespace { get; set; }

    public string Owner { get; set; } = "";
}

/// <summary>Generated JSON of the state file.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuntimeState))]
internal sealed partial class StateJson : JsonSerializerContext;
