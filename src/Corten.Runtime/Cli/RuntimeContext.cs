using Corten.Linux.Cgroups;
using Corten.Runtime.State;

namespace Corten.Runtime.Cli;

/// <summary>What every command works with: the global options, resolved.</summary>
internal sealed class RuntimeContext(string root, RuntimeLog log)
{
    private CgroupMounts? _cgroups;

    public StateStore Store { get; } = new(root);

    public RuntimeLog Log { get; } = log;

    public CgroupMounts Cgroups => _cgroups ??= CgroupMounts.Read();

    public Cgroup GroupOf(RuntimeState state) => new(Cgroups, state.CgroupPath);

    public string StatusOf(RuntimeState state) => Store.StatusOf(state, other => GroupOf(other).IsFrozen());
}
