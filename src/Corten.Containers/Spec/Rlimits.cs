using Corten.EngineApi.Containers;
using Corten.Oci.Runtime;

namespace Corten.Containers.Spec;

/// <summary><c>--ulimit</c> over the daemon's defaults.</summary>
internal static class Rlimits
{
    public static List<RlimitSpec>? Of(IReadOnlyList<Ulimit>? own, IReadOnlyList<Ulimit> defaults)
    {
        var limits = new List<RlimitSpec>();
        foreach (var limit in (own ?? []).Concat(defaults).DistinctBy(limit => limit.Name, StringComparer.OrdinalIgnoreCase))
        {
            limits.Add(new RlimitSpec { Type = "RLIMIT_" + limit.Name.ToUpperInvariant(), Soft = Value(limit.Soft), Hard = Value(limit.Hard) });
        }

        return limits.Count > 0 ? limits : null;
    }

    private static ulong Value(long value) => value < 0 ? ulong.MaxValue : (ulong)value;
}
