using Corten.Linux.Files;

namespace Corten.Cli.Archive;

/// <summary>A header of a tar archive (pax(1)). Names are bytes: nobody says that they are UTF-8.</summary>
internal sealed record TarEntry
{
    public const char Regular = '0', HardLink = '1', SymbolicLink = '2', CharacterDevice = '3', BlockDevice = '4', Directory = '5', Fifo = '6';

    public required byte[] Name { get; init; }

    public required char Type { get; init; }

    /// <summary>Permission bits, without the type.</summary>
    public uint Mode { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    public long Size { get; init; }

    public FileTime Modified { get; init; }

    /// <summary>What a link points at: a path for a symbolic one, an earlier entry's name for a hard one.</summary>
    public byte[] LinkTarget { get; init; } = [];

    public uint Major { get; init; }

    public uint Minor { get; init; }

    /// <summary>A name for a message.</summary>
    public static string Show(ReadOnlySpan<byte> name) => System.Text.Encoding.UTF8.GetString(name);
}
