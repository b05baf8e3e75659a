using Corten.Oci.Image;

namespace Corten.Build.Solving;

/// <summary>What a record of the build cache holds.</summary>
public static class RecordTypes
{
    public const string Regular = "regular";
    public const string LocalSource = "source.local";
    public const string CacheMount = "exec.cachemount";
}

/// <summary>A remembered result, or a folder that builds keep (a context, a cache mount).</summary>
public sealed record CacheRecord
{
    public required long Id { get; init; }

    /// <summary>Identity of what is in it; other records' keys are made from it.</summary>
    public required string Uid { get; init; }

    /// <summary>The digest of everything that it was made from.</summary>
    public required string Key { get; init; }

    public required string Type { get; init; }

    /// <summary>The record it builds on; 0 for none.</summary>
    public required long Parent { get; init; }

    /// <summary>As <c>buildx du</c> shows it: <c>[2/4] RUN make</c>.</summary>
    public required string Description { get; init; }

    /// <summary>File, stage and number of the step.</summary>
    public string Place { get; init; } = "";

    /// <summary>Of its own layer, uncompressed.</summary>
    public Digest DiffId { get; init; }

    /// <summary>The chain that the layer store has the folder under; empty while the folder is the cache's alone.</summary>
    public Digest Chain { get; init; }

    /// <summary>Bytes of its folder; -1 while nobody has counted them.</summary>
    public long Size { get; init; } = -1;

    public required DateTime Created { get; init; }

    public required DateTime LastUsed { get; init; }

    public required int Uses { get; init; }
}
