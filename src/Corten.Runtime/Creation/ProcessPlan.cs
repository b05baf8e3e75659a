using Corten.Linux.Processes;
using Corten.Linux.Security;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Creation;

/// <summary>A process to start in a container, computed from its <see cref="ProcessSpec"/> before anything is cloned.</summary>
internal sealed class ProcessPlan
{
    private ProcessPlan(ProcessSpec spec) => Spec = spec;

    public ProcessSpec Spec { get; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required IReadOnlyList<(ResourceKind Kind, ulong Soft, ulong Hard)> Limits { get; init; }

    /// <summary>Null when the process keeps what its maker has.</summary>
    public required CapabilityPlan? Capabilities { get; init; }

    public required SeccompFilter? Filter { get; init; }

    /// <summary>Names that no capability of ours has: worth a warning, not an error (config.md, "process.capabilities").</summary>
    public required IReadOnlyList<string> UnknownCapabilities { get; init; }

    /// <summary>Descriptors after stderr that the program inherits.</summary>
    public int PreserveDescriptors { get; init; }

    public bool NewKeyring { get; init; } = true;

    public static ProcessPlan Build(ProcessSpec? spec, SeccompFilter? filter, int preserveDescriptors = 0, bool newKeyring = true)
    {
        if (spec is null) throw CortenException.Invalid("process property must not be empty");
        if (spec.Args is not { Count: > 0 } arguments) throw CortenException.Invalid("args must not be empty");
        // For the kernel a string ends at its first null character: what it would be given is not what was asked for.
        if (arguments.Concat(spec.Env ?? []).Any(text => text.Contains('\0'))) throw CortenException.Invalid($"exec {arguments[0].Split('\0')[0]}: invalid argument");
        if (!spec.Cwd.StartsWith('/')) throw CortenException.Invalid("Cwd must be an absolute path");
        List<string> unknown = [];
        return new(spec)
        {
            Arguments = arguments,
            Limits = ReadLimits(spec.Rlimits),
            Capabilities = spec.Capabilities is { } sets ? CapabilityPlan.Build(sets, unknown) : null,
            Filter = filter,
            UnknownCapabilities = unknown,
            PreserveDescriptors = preserveDescriptors,
            NewKeyring = newKeyring,
        };
    }

    /// <summary>
    /// Raises what keeps <paramref name="pid"/> from giving itself its limits later: in a user namespace other than the first, a process may lower its limits only,
    /// since the capability counts in the first one (prlimit(2)).
    /// </summary>
    public void AllowLimits(int pid)
    {
        foreach (var (kind, soft, hard) in Limits)
        {
            (ulong heldSoft, ulong heldHard) = ProcessControl.GetLimit(pid, kind);
            if (hard > heldHard) ProcessControl.SetLimit(pid, kind, Math.Max(soft, heldSoft), hard);
        }
    }

    private static List<(ResourceKind, ulong, ulong)> ReadLimits(IReadOnlyList<RlimitSpec>? limits)
    {
        List<(ResourceKind Kind, ulong, ulong)> read = [];
        foreach (RlimitSpec limit in limits ?? [])
        {
            if (!ResourceKinds.TryParse(limit.Type, out ResourceKind kind)) throw CortenException.Invalid($"invalid rlimit type: {limit.Type}");
            if (read.Exists(other => other.Kind == kind)) throw CortenException.Invalid($"rlimit was duplicated: {limit.Type}");
            read.Add((kind, limit.Soft, limit.Hard));
        }
        return read;
    }
}

/// <summary>The five capability sets of a process.</summary>
internal sealed record CapabilityPlan(
    CapabilitySet Bounding, CapabilitySet Effective, CapabilitySet Permitted, CapabilitySet Inheritable, CapabilitySet Ambient)
{
    public static CapabilityPlan Build(CapabilitySets sets, ICollection<string> unknown) => new(
        CapabilitySet.Parse(sets.Bounding, unknown), CapabilitySet.Parse(sets.Effective, unknown), CapabilitySet.Parse(sets.Permitted, unknown),
        CapabilitySet.Parse(sets.Inheritable, unknown), CapabilitySet.Parse(sets.Ambient, unknown));
}
