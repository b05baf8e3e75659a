namespace Corten.Storage.Tar;

/// <summary>Bounds on what an archive may make us hold or do. Real layers stay far below all of them.</summary>
public sealed record TarLimits
{
    public static TarLimits Default { get; } = new();

    /// <summary>Bytes of one extended header (all records of an entry). Go's archive/tar has 1 MiB; attributes of 64 KiB each fit.</summary>
    public int MaxExtendedHeader { get; init; } = 1 << 20;

    /// <summary>Bytes of a path or link target: the kernel's PATH_MAX.</summary>
    public int MaxPath { get; init; } = 4096;

    public int MaxAttributes { get; init; } = 256;

    /// <summary>Runs of data in one sparse file.</summary>
    public int MaxSparseRuns { get; init; } = 1 << 18;

    /// <summary>Extended headers in a row before an entry.</summary>
    public int MaxHeaderChain { get; init; } = 16;
}
