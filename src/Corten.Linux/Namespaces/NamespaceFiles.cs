using Corten.Linux.Interop;

namespace Corten.Linux.Namespaces;

/// <summary>/proc/PID/ns: which namespaces a process is in.</summary>
public static class NamespaceFiles
{
    private static readonly NamespaceKind[] Kinds = Enum.GetValues<NamespaceKind>();

    /// <summary>The kinds in which the process is elsewhere than we are. A namespace is identified by device and inode (namespaces(7)).</summary>
    public static NamespaceKind Different(int pid)
    {
        NamespaceKind different = NamespaceKind.None;
        foreach (NamespaceKind kind in Kinds)
        {
            if (kind == NamespaceKind.None) continue;
            string name = kind.FileName();
            if (Inode($"/proc/{pid}/ns/{name}") != Inode($"/proc/self/ns/{name}")) different |= kind;
        }
        return different;
    }

    private static unsafe ulong Inode(string path)
    {
        At.Statx facts;
        return At.statx(At.AT_FDCWD, path, 0, 0x100, &facts) < 0 ? 0 : facts.Inode;
    }
}
