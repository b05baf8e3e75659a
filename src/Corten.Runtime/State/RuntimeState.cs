namespace Corten.Runtime.State;

/// <summary>What is kept of a container while it exists: the file <c>state.json</c> in its folder under <c>--root</c>.</summary>
internal sealed record RuntimeState
{
    public required string Id { get; init; }

    /// <summary>Init, as the host sees it.</summary>
    public required int Pid { get; init; }

    /// <summary>proc_pid_stat(5), field 22: tells this process from a later one with its number.</summary>
    public required ulong StartTime { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required string Bundle { get; init; }

    public required string RootPath { get; init; }

    /// <summary>The configuration as it was at create: later edits of the bundle's have no effect (runtime.md, "Lifecycle").</summary>
    public required string ConfigPath { get; init; }

    public required string CgroupPath { get; init; }

    /// <summary>The container's processes are alone in a pid namespace: they all end with init.</summary>
    public bool OwnPidNamespace { get; init; }

    public string Owner { get; init; } = "";
}
