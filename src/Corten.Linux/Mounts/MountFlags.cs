using System.Collections.Frozen;
using Native = Corten.Linux.Interop.Mounts;

namespace Corten.Linux.Mounts;

/// <summary>The <c>-o</c> of mount(8) taken apart: what the kernel has flags for, and the rest, which goes to the file system as text.</summary>
public readonly record struct MountFlags(ulong Flags, string Data)
{
    private static readonly FrozenDictionary<string, (bool Clear, ulong Flag)> _known = new Dictionary<string, (bool, ulong)>
    {
        ["defaults"] = (false, 0),
        ["ro"] = (false, Native.MS_RDONLY),
        ["rw"] = (true, Native.MS_RDONLY),
        ["suid"] = (true, Native.MS_NOSUID),
        ["nosuid"] = (false, Native.MS_NOSUID),
        ["dev"] = (true, Native.MS_NODEV),
        ["nodev"] = (false, Native.MS_NODEV),
        ["exec"] = (true, Native.MS_NOEXEC),
        ["noexec"] = (false, Native.MS_NOEXEC),
        ["sync"] = (false, Native.MS_SYNCHRONOUS),
        ["async"] = (true, Native.MS_SYNCHRONOUS),
        ["dirsync"] = (false, Native.MS_DIRSYNC),
        ["remount"] = (false, Native.MS_REMOUNT),
        ["mand"] = (false, Native.MS_MANDLOCK),
        ["nomand"] = (true, Native.MS_MANDLOCK),
        ["atime"] = (true, Native.MS_NOATIME),
        ["noatime"] = (false, Native.MS_NOATIME),
        ["diratime"] = (true, Native.MS_NODIRATIME),
        ["nodiratime"] = (false, Native.MS_NODIRATIME),
        ["relatime"] = (false, Native.MS_RELATIME),
        ["norelatime"] = (true, Native.MS_RELATIME),
        ["strictatime"] = (false, Native.MS_STRICTATIME),
        ["nostrictatime"] = (true, Native.MS_STRICTATIME),
        ["bind"] = (false, Native.MS_BIND),
        ["rbind"] = (false, Native.MS_BIND | Native.MS_REC),
        ["unbindable"] = (false, Native.MS_UNBINDABLE),
        ["runbindable"] = (false, Native.MS_UNBINDABLE | Native.MS_REC),
        ["private"] = (false, Native.MS_PRIVATE),
        ["rprivate"] = (false, Native.MS_PRIVATE | Native.MS_REC),
        ["shared"] = (false, Native.MS_SHARED),
        ["rshared"] = (false, Native.MS_SHARED | Native.MS_REC),
        ["slave"] = (false, Native.MS_SLAVE),
        ["rslave"] = (false, Native.MS_SLAVE | Native.MS_REC),
    }.ToFrozenDictionary();

    /// <param name="text">Separated by commas; what is no flag is kept in its order.</param>
    public static MountFlags Parse(string text)
    {
        ulong flags = 0;
        var data = new List<string>();
        foreach (var option in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!_known.TryGetValue(option, out var known))
            {
                data.Add(option);
            }
            else
            {
                flags = known.Clear ? flags & ~known.Flag : flags | known.Flag;
            }
        }

        return new MountFlags(flags, string.Join(',', data));
    }
}
