using Corten.Linux.Security;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Launching;

/// <summary>The filters of the containers that were started lately, for what is executed in them: by bundle, as long as its configuration is the same file.</summary>
internal sealed class SeccompCache
{
    private const int Most = 256;

    private readonly Dictionary<string, (long Stamp, SeccompFilter? Filter)> _byBundle = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public void Remember(string bundle, SeccompFilter? filter)
    {
        if (!_byBundle.ContainsKey(bundle)) _order.Enqueue(bundle);
        _byBundle[bundle] = (Stamp(bundle), filter);
        while (_order.Count > Most) _byBundle.Remove(_order.Dequeue());
    }

    public SeccompFilter? Of(string bundle)
    {
        if (_byBundle.TryGetValue(bundle, out var known) && known.Stamp == Stamp(bundle)) return known.Filter;
        SeccompSpec? spec = BundleFile.Read(bundle).Linux?.Seccomp;
        SeccompFilter? filter = spec is null ? null : SeccompCompiler.Compile(spec);
        Remember(bundle, filter);
        return filter;
    }

    private static long Stamp(string bundle) => File.GetLastWriteTimeUtc(BundleFile.PathIn(bundle)).Ticks;
}
