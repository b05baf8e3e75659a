using Corten.Linux.Namespaces;
using Corten.Oci.Errors;

namespace Corten.Runtime.Creation;

/// <summary>Which kernel parameters a container may set: those that its own namespaces have, and none of the machine's.</summary>
internal static class SysctlRules
{
    private static readonly string[] IpcNames =
    [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
    ];

    public static void Check(string name, NamespacePlan namespaces)
    {
        string dotted = Dotted(name);
        if (dotted.Split('.').Any(part => part is "" or ".." || part.Contains('\0'))) throw CortenException.Invalid($"sysctl \"{name}\" is not a name");
        if (IpcNames.Contains(dotted) || dotted.StartsWith("fs.mqueue.", StringComparison.Ordinal))
        {
            Need(NamespaceKind.Ipc, "ipc");
        }
        else if (dotted.StartsWith("net.", StringComparison.Ordinal))
        {
            if (!namespaces.Private(NamespaceKind.Network)) throw CortenException.Invalid($"sysctl \"{name}\" not allowed in host network namespace");
        }
        else if (dotted == "kernel.domainname")
        {
            Need(NamespaceKind.Uts, "UTS");
        }
        else if (dotted == "kernel.hostname")
        {
            throw CortenException.Invalid($"sysctl \"{name}\" is not allowed as it conflicts with the OCI \"hostname\" field");
        }
        else if (dotted.StartsWith("user.", StringComparison.Ordinal))
        {
            Need(NamespaceKind.User, "user");
        }
        else
        {
            throw CortenException.Invalid($"sysctl \"{name}\" is not in a separate kernel namespace");
        }

        void Need(NamespaceKind kind, string word)
        {
            if (!namespaces.Private(kind)) throw CortenException.Invalid($"sysctl \"{name}\" is not allowed in the hosts {word} namespace");
        }
    }

    /// <summary>Where it is below /proc. sysctl(8): a name with a slash first means slashes everywhere, so that a dot can be part of an interface's name.</summary>
    public static string PathOf(string name) => "sys/" + (IsSlashed(name) ? name : name.Replace('.', '/'));

    private static string Dotted(string name) => IsSlashed(name) ? name.Replace('/', '.') : name;

    private static bool IsSlashed(string name)
    {
        int separator = name.AsSpan().IndexOfAny('.', '/');
        return separator >= 0 && name[separator] == '/';
    }
}
