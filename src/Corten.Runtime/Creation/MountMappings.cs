using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Linux.Namespaces;
using Corten.Linux.Processes;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Creation;

/// <summary>
/// An id-mapped mount takes its mappings from a user namespace. For each distinct pair of lists one is made: by a child that does nothing but exist until the
/// namespace is open.
/// </summary>
internal sealed class MountMappings : IDisposable
{
    private readonly Dictionary<string, SafeFileHandle> _namespaces = [];
    private readonly LinuxSpec _linux;

    private MountMappings(LinuxSpec linux) => _linux = linux;

    /// <returns>Null when no mount asks for one.</returns>
    public static MountMappings? Build(RuntimeSpec spec, LinuxSpec linux, NamespacePlan namespaces, ProcFs proc)
    {
        MountMappings? mappings = null;
        foreach (MountSpec mount in spec.Mounts)
        {
            bool asked = mount.UidMappings is { Count: > 0 };
            if (!asked && mount.Options?.Any(option => option is "idmap" or "ridmap") != true) continue;
            if (!asked && !namespaces.Makes(NamespaceKind.User))
            {
                throw CortenException.Invalid($"invalid mount {mount.Destination}: idmap without mappings needs a new user namespace");
            }
            mappings ??= new MountMappings(linux);
            (IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids) = mappings.ListsOf(mount);
            mappings._namespaces.TryAdd(Key(uids, gids), Make(proc, uids, gids));
        }
        return mappings;
    }

    public SafeFileHandle? For(MountSpec mount)
    {
        (IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids) = ListsOf(mount);
        return _namespaces.GetValueOrDefault(Key(uids, gids));
    }

    public void Dispose()
    {
        foreach (SafeFileHandle handle in _namespaces.Values) handle.Dispose();
    }

    private (IReadOnlyList<IdMapping>, IReadOnlyList<IdMapping>) ListsOf(MountSpec mount)
        => mount.UidMappings is { Count: > 0 } ? (mount.UidMappings, mount.GidMappings ?? []) : (_linux.UidMappings ?? [], _linux.GidMappings ?? []);

    private static string Key(IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids) => $"{IdMappings.Lines(uids)}/{IdMappings.Lines(gids)}";

    private static SafeFileHandle Make(ProcFs proc, IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids)
    {
        (SafeFileHandle read, SafeFileHandle write) = Descriptor.Pipe();
        using (read)
        using (write)
        {
            int pid = Child.Clone((ulong)NamespaceKind.User, asSibling: false, out SafeFileHandle? pidfd);
            if (pid == 0)
            {
                write.Dispose();
                Span<byte> word = stackalloc byte[1];
                Descriptor.Read(read.Number(), word);
                Child.Exit(0);
            }
            using (pidfd)
            {
                try
                {
                    IdMappings.Write(proc, pid, uids, gids);
                    return Namespace.Open($"/proc/{pid}/ns/user", NamespaceKind.User);
                }
                finally
                {
                    Pidfd.Signal(pidfd!, SignalNumbers.Kill);
                    Child.Wait(pidfd!);
                }
            }
        }
    }
}
