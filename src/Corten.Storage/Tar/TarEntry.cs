using System.Text;
using Corten.Linux.Files;

namespace Corten.Storage.Tar;

/// <summary>The type of an entry: the header's typeflag byte (pax(1), "ustar Interchange Format"; GNU's additions are folded into these).</summary>
public enum TarEntryType : byte
{
    Regular = (byte)'0',
    HardLink = (byte)'1',
    SymbolicLink = (byte)'2',
    CharacterDevice = (byte)'3',
    BlockDevice = (byte)'4',
    Directory = (byte)'5',
    Fifo = (byte)'6',
}

/// <summary>An extended attribute: the name is text by rule, the value any bytes.</summary>
public readonly record struct ExtendedAttribute(byte[] Name, byte[] Value);

/// <summary>A run of data in a sparse file; between runs are holes.</summary>
public readonly record struct SparseRun(long Offset, long Length);

/// <summary>
/// One entry of an archive. Names are bytes: neither reader nor writer takes them for text. A reader fills one object again and again; whoever
/// keeps an entry copies it with <see cref="Copy"/>.
/// </summary>
public sealed class TarEntry
{
    public TarEntryType Type { get; set; }

    /// <summary>As in the archive, without slashes at its end.</summary>
    public byte[] Path { get; set; } = [];

    /// <summary>Target of a symbolic link, or the path in this archive that a hard link names.</summary>
    public byte[] Link { get; set; } = [];

    /// <summary>Permission bits with set-id and sticky bits, no type.</summary>
    public uint Mode { get; set; }

    public uint Uid { get; set; }

    public uint Gid { get; set; }

    /// <summary>Informative; ids count.</summary>
    public string UserName { get; set; } = "";

    public string GroupName { get; set; } = "";

    /// <summary>Length of the file, holes included; 0 for all but regular files.</summary>
    public long Size { get; set; }

    public FileTime Modified { get; set; }

    /// <summary>Null when the archive does not say.</summary>
    public FileTime? Accessed { get; set; }

    public uint DeviceMajor { get; set; }

    public uint DeviceMinor { get; set; }

    public List<ExtendedAttribute> Attributes { get; } = [];

    /// <summary>Null for a file without holes. Runs ascend and do not touch.</summary>
    public IReadOnlyList<SparseRun>? Sparse { get; set; }

    public bool IsDirectory => Type == TarEntryType.Directory;

    /// <summary>For messages.</summary>
    public string Name => Encoding.UTF8.GetString(Path);

    public TarEntry Copy()
    {
        var copy = new TarEntry
        {
            Type = Type, Path = Path, Link = Link, Mode = Mode, Uid = Uid, Gid = Gid, UserName = UserName, GroupName = GroupName, Size = Size,
            Modified = Modified, Accessed = Accessed, DeviceMajor = DeviceMajor, DeviceMinor = DeviceMinor, Sparse = Sparse,
        };
        copy.Attributes.AddRange(Attributes);
        return copy;
    }

    internal void Clear()
    {
        Type = TarEntryType.Regular;
        Path = [];
        Link = [];
        Mode = Uid = Gid = DeviceMajor = DeviceMinor = 0;
        UserName = GroupName = "";
        Size = 0;
        Modified = default;
        Accessed = null;
        Sparse = null;
        Attributes.Clear();
    }
}
