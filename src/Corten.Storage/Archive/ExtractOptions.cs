using Corten.Storage.Tar;

namespace Corten.Storage.Archive;

/// <summary>What is done about entries that mark deletions.</summary>
public enum Whiteouts
{
    /// <summary>They are files with odd names: an ordinary archive.</summary>
    Literal,

    /// <summary><c>.wh.NAME</c> becomes a 0:0 character device, <c>.wh..wh..opq</c> the attribute that hides what is below: an overlay's layer.</summary>
    Overlay,
}

/// <summary>How an archive is unpacked into a folder.</summary>
public sealed record ExtractOptions
{
    public Whiteouts Whiteouts { get; init; }

    /// <summary>The folder that names are relative to, itself resolved inside the root; it must exist. Empty for the root.</summary>
    public byte[] Destination { get; init; } = [];

    /// <summary>Owner of everything instead of the archive's (ADD --chown, cp without -a).</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>Refuse to replace a folder by something else and the reverse (<c>noOverwriteDirNonDir</c> of the Engine API).</summary>
    public bool KeepFolderOrNot { get; init; }

    /// <summary>Renames or drops (null) an entry by its normalized path; hard link targets go through it too.</summary>
    public Func<byte[], byte[]?>? Rename { get; init; }

    /// <summary>Set every modification time to this instead of the archive's (SOURCE_DATE_EPOCH).</summary>
    public Corten.Linux.Files.FileTime? Modified { get; init; }

    public UnpackLimits Limits { get; init; } = UnpackLimits.Default;

    public TarLimits TarLimits { get; init; } = TarLimits.Default;
}

/// <summary>Bounds on what one archive may become on disk.</summary>
public sealed record UnpackLimits
{
    public static UnpackLimits Default { get; } = new();

    /// <summary>Bytes of file data, holes not counted: 256 GiB.</summary>
    public long MaxBytes { get; init; } = 256L << 30;

    /// <summary>Entries, folders that are only implied included: each costs an inode.</summary>
    public long MaxEntries { get; init; } = 20_000_000;
}
