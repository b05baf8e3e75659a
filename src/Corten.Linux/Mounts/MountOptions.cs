using Corten.Linux.Interop;
using Native = Corten.Linux.Interop.Mounts;

namespace Corten.Linux.Mounts;

/// <summary>What a list of mount options asks for (mount(8), and the runtime-spec's table in config.md, "Linux mount options").</summary>
public sealed class MountOptions
{
    private const ulong Read = Native.MOUNT_ATTR_RDONLY, Suid = Native.MOUNT_ATTR_NOSUID, Dev = Native.MOUNT_ATTR_NODEV, Exec = Native.MOUNT_ATTR_NOEXEC;
    private const ulong NoAtime = Native.MOUNT_ATTR_NOATIME, Strict = Native.MOUNT_ATTR_STRICTATIME, DirAtime = Native.MOUNT_ATTR_NODIRATIME;
    private const ulong Symlink = Native.MOUNT_ATTR_NOSYMFOLLOW, AtimeModes = Native.MOUNT_ATTR__ATIME;

    /// <summary>The options of one mount; with an r before them, of the whole tree. Set, then clear.</summary>
    private static readonly Dictionary<string, (ulong Set, ulong Clear)> AttributeTable = new()
    {
        ["ro"] = (Read, 0), ["rw"] = (0, Read),
        ["nosuid"] = (Suid, 0), ["suid"] = (0, Suid),
        ["nodev"] = (Dev, 0), ["dev"] = (0, Dev),
        ["noexec"] = (Exec, 0), ["exec"] = (0, Exec),
        ["noatime"] = (NoAtime, AtimeModes), ["atime"] = (0, AtimeModes),
        ["nodiratime"] = (DirAtime, 0), ["diratime"] = (0, DirAtime),
        ["relatime"] = (0, AtimeModes), ["norelatime"] = (0, AtimeModes),
        ["strictatime"] = (Strict, AtimeModes), ["nostrictatime"] = (0, AtimeModes),
        ["nosymfollow"] = (Symlink, 0), ["symfollow"] = (0, Symlink),
    };

    private static readonly Dictionary<string, ulong> PropagationTable = new()
    {
        ["private"] = Native.MS_PRIVATE, ["rprivate"] = Native.MS_PRIVATE | Native.MS_REC,
        ["shared"] = Native.MS_SHARED, ["rshared"] = Native.MS_SHARED | Native.MS_REC,
        ["slave"] = Native.MS_SLAVE, ["rslave"] = Native.MS_SLAVE | Native.MS_REC,
        ["unbindable"] = Native.MS_UNBINDABLE, ["runbindable"] = Native.MS_UNBINDABLE | Native.MS_REC,
    };

    /// <summary>Flags of the file system itself: fsconfig(2) takes the first group by name, the second has no effect that a new mount could have.</summary>
    private static readonly HashSet<string> FileSystemFlags = ["sync", "async", "dirsync", "mand", "nomand", "lazytime", "nolazytime"];
    private static readonly HashSet<string> Ignored = ["defaults", "silent", "loud", "noiversion"];

    private readonly List<ulong> _propagation = [];
    private readonly List<string> _data = [];
    private readonly List<string> _flags = [];

    private MountOptions() { }

    public ulong Set { get; private set; }

    public ulong Clear { get; private set; }

    public ulong RecursiveSet { get; private set; }

    public ulong RecursiveClear { get; private set; }

    public bool Bind { get; private set; }

    public bool Recursive { get; private set; }

    public bool Remount { get; private set; }

    /// <summary>tmpfs only: starts with what was at its place.</summary>
    public bool CopyUp { get; private set; }

    public bool IdMap { get; private set; }

    public bool RecursiveIdMap { get; private set; }

    public bool ReadOnly => (Set & Read) != 0;

    /// <summary>MS_* propagation changes, in order, each with MS_REC or without.</summary>
    public IReadOnlyList<ulong> Propagation => _propagation;

    /// <summary>What only the file system understands: <c>size=64k</c>.</summary>
    public IReadOnlyList<string> Data => _data;

    public IReadOnlyList<string> Flags => _flags;

    /// <summary>Every option known by name, for <c>features</c>.</summary>
    public static IEnumerable<string> KnownNames
        => AttributeTable.Keys.Concat(AttributeTable.Keys.Select(name => "r" + name)).Concat(PropagationTable.Keys).Concat(FileSystemFlags).Concat(Ignored)
            .Concat(["bind", "rbind", "remount", "iversion", "tmpcopyup", "idmap", "ridmap"]).Order(StringComparer.Ordinal);

    public static MountOptions Parse(IEnumerable<string>? options)
    {
        var parsed = new MountOptions();
        foreach (string option in options ?? []) parsed.Add(option);
        return parsed;
    }

    /// <summary>The propagation for the spec's <c>rootfsPropagation</c>; 0 when it is no such word.</summary>
    public static ulong ParsePropagation(string word) => PropagationTable.GetValueOrDefault(word);

    private void Add(string option)
    {
        if (AttributeTable.TryGetValue(option, out var change))
        {
            Set = (Set & ~change.Clear & ~OppositeOf(change)) | change.Set;
            Clear = (Clear & ~change.Set) | change.Clear;
        }
        else if (option.Length > 1 && option[0] == 'r' && AttributeTable.TryGetValue(option[1..], out change))
        {
            RecursiveSet = (RecursiveSet & ~change.Clear & ~OppositeOf(change)) | change.Set;
            RecursiveClear = (RecursiveClear & ~change.Set) | change.Clear;
        }
        else if (PropagationTable.TryGetValue(option, out ulong propagation)) _propagation.Add(propagation);
        else if (FileSystemFlags.Contains(option)) _flags.Add(option);
        else if (!Ignored.Contains(option)) AddWord(option);
    }

    /// <summary>A clearing option takes back an earlier setting one.</summary>
    private static ulong OppositeOf((ulong Set, ulong Clear) change) => change.Set == 0 ? change.Clear : 0;

    private void AddWord(string option)
    {
        switch (option)
        {
            case "bind": Bind = true; break;
            case "rbind": Bind = Recursive = true; break;
            case "remount": Remount = true; break;
            case "tmpcopyup": CopyUp = true; break;
            case "idmap": IdMap = true; break;
            case "ridmap": IdMap = RecursiveIdMap = true; break;
            default: _data.Add(option); break;
        }
    }
}
