using Corten.Storage.Tar;

namespace Corten.Storage.Archive;

/// <summary>How a tree is packed.</summary>
public sealed record ArchiveOptions
{
    /// <summary>The name that the tree's top gets in the archive; names below start with it. Empty: the top itself has no entry.</summary>
    public byte[] Name { get; init; } = [];

    /// <summary>Turn an overlay's marks (0:0 devices, opaque folders) into whiteouts.</summary>
    public Whiteouts Whiteouts { get; init; }

    /// <summary>Owner of everything instead of the files' own.</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>Keep the fraction of times. Docker's archives have whole seconds.</summary>
    public bool Nanoseconds { get; init; }

    /// <summary>Do not go into folders of another mount than the top's.</summary>
    public bool OneMount { get; init; }

    /// <summary>Leaves out an entry, and a folder with all in it, by its path below the top.</summary>
    public Func<byte[], bool>? Exclude { get; init; }

    /// <summary>The tree is merged of these; null where its hard links are what they seem. Not owned.</summary>
    public LayeredFiles? Layers { get; init; }

    /// <summary>A last change to an entry before it is written.</summary>
    public Action<TarEntry>? Adjust { get; init; }
}
