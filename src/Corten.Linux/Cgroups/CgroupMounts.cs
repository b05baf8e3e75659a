using System.Text;
using Corten.Linux.Interop;

namespace Corten.Linux.Cgroups;

/// <summary>One mounted cgroup hierarchy (cgroups(7)).</summary>
/// <param name="MountPoint">Where it is, for example <c>/sys/fs/cgroup/memory</c>.</param>
/// <param name="Controllers">The v1 controllers bound to it; empty for a named hierarchy and for v2, whose groups say themselves.</param>
/// <param name="Name">Of a v1 hierarchy without controllers: <c>systemd</c>.</param>
/// <param name="Unified">cgroup v2.</param>
public sealed record CgroupHierarchy(string MountPoint, IReadOnlyList<string> Controllers, string? Name, bool Unified)
{
    public bool Has(string controller) => Controllers.Contains(controller);
}

/// <summary>How this machine has its cgroups: v1, v2, or both (hybrid).</summary>
public sealed class CgroupMounts
{
    private static readonly string[] NotControllers = ["rw", "ro", "nosuid", "nodev", "noexec", "relatime", "noatime", "xattr", "noprefix", "clone_children"];

    public CgroupMounts(IReadOnlyList<CgroupHierarchy> hierarchies) => Hierarchies = hierarchies;

    public IReadOnlyList<CgroupHierarchy> Hierarchies { get; }

    /// <summary>True when there is nothing but v2. In hybrid mode v1 has the controllers and v2 only groups the processes.</summary>
    public bool PureUnified => Hierarchies.Count > 0 && Hierarchies.All(hierarchy => hierarchy.Unified);

    public CgroupHierarchy? Unified => Hierarchies.FirstOrDefault(hierarchy => hierarchy.Unified);

    /// <summary>The v1 hierarchy of a controller.</summary>
    public CgroupHierarchy? Of(string controller) => Hierarchies.FirstOrDefault(hierarchy => hierarchy.Has(controller));

    /// <summary>Reads the mount table of this process.</summary>
    public static CgroupMounts Read()
    {
        int fd = At.open("/proc/self/mounts", At.O_RDONLY | At.O_CLOEXEC, 0);
        if (fd < 0) LinuxException.ThrowLast("open", "/proc/self/mounts");
        using var file = Descriptors.Own(fd);
        return Parse(Descriptor.ReadAll(fd, 64 << 20));
    }

    /// <summary>Lines of fstab(5): source, place, type, options. A second mount of a hierarchy does not count.</summary>
    internal static CgroupMounts Parse(ReadOnlySpan<byte> table)
    {
        List<CgroupHierarchy> found = [];
        foreach (Range range in table.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = table[range];
            // Most lines are no cgroup: look at those only that name one.
            if (line.IndexOf(" cgroup"u8) < 0) continue;
            string[] fields = Encoding.UTF8.GetString(line).Split(' ');
            if (fields.Length < 4 || fields[2] is not ("cgroup" or "cgroup2")) continue;
            string[] options = fields[3].Split(',');
            string? name = options.FirstOrDefault(option => option.StartsWith("name=", StringComparison.Ordinal))?[5..];
            string[] controllers = fields[2] == "cgroup2"
                ? []
                : [.. options.Where(option => !option.Contains('=') && !NotControllers.Contains(option))];
            var hierarchy = new CgroupHierarchy(Unescape(fields[1]), controllers, name, fields[2] == "cgroup2");
            if (!found.Exists(other => other.Unified == hierarchy.Unified && other.Name == name && other.Controllers.SequenceEqual(controllers))) found.Add(hierarchy);
        }
        return new(found);
    }

    private static string Unescape(string field) => field.Contains('\\') ? field.Replace("\\040", " ").Replace("\\011", "\t").Replace("\\134", "\\") : field;
}
