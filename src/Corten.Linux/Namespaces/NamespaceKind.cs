namespace Corten.Linux.Namespaces;

/// <summary>namespaces(7): the kinds, valued as clone(2)'s CLONE_NEW* flags.</summary>
[Flags]
public enum NamespaceKind : uint
{
    None = 0,
    Time = 0x80,
    Mount = 0x20000,
    Cgroup = 0x2000000,
    Uts = 0x4000000,
    Ipc = 0x8000000,
    User = 0x10000000,
    Pid = 0x20000000,
    Network = 0x40000000,
}

/// <summary>The names by which others know the kinds.</summary>
public static class NamespaceKinds
{
    private static readonly (NamespaceKind Kind, string Spec, string File)[] Table =
    [
        (NamespaceKind.User, "user", "user"),
        (NamespaceKind.Mount, "mount", "mnt"),
        (NamespaceKind.Network, "network", "net"),
        (NamespaceKind.Pid, "pid", "pid"),
        (NamespaceKind.Ipc, "ipc", "ipc"),
        (NamespaceKind.Uts, "uts", "uts"),
        (NamespaceKind.Cgroup, "cgroup", "cgroup"),
        (NamespaceKind.Time, "time", "time"),
    ];

    /// <summary>Every kind that there is a word for, in the runtime-spec's words.</summary>
    public static IEnumerable<string> SpecNames => Table.Select(row => row.Spec);

    /// <summary>The kind for the runtime-spec's word; None when there is none.</summary>
    public static NamespaceKind Parse(string spec)
    {
        foreach (var row in Table)
        {
            if (row.Spec == spec) return row.Kind;
        }
        return NamespaceKind.None;
    }

    public static string SpecName(this NamespaceKind kind) => Array.Find(Table, row => row.Kind == kind).Spec;

    /// <summary>The name under /proc/PID/ns.</summary>
    public static string FileName(this NamespaceKind kind) => Array.Find(Table, row => row.Kind == kind).File;
}
