using Corten.Oci.Image;

namespace Corten.Build.Solving;

/// <summary>What the cache takes up on the disk.</summary>
public sealed class CacheUsage
{
    /// <summary>Bytes by record.</summary>
    public Dictionary<long, long> Sizes { get; } = [];

    /// <summary>Layers that no image has: they count here.</summary>
    public HashSet<Digest> Layers { get; } = [];

    /// <summary>Files of several names that count here.</summary>
    public HashSet<(ulong Device, ulong Inode)> Linked { get; } = [];
}
