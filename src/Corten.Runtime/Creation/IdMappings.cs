using System.Globalization;
using System.Text;
using Corten.Linux.Files;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Creation;

/// <summary>user_namespaces(7): uid_map and gid_map of a process, one write each.</summary>
internal static class IdMappings
{
    public static void Write(ProcFs proc, int pid, IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids)
    {
        proc.Write($"{pid}/uid_map", Lines(uids));
        proc.Write($"{pid}/gid_map", Lines(gids));
    }

    internal static string Lines(IReadOnlyList<IdMapping> mappings)
    {
        var lines = new StringBuilder();
        foreach (IdMapping mapping in mappings) lines.Append(CultureInfo.InvariantCulture, $"{mapping.ContainerId} {mapping.HostId} {mapping.Size}\n");
        return lines.ToString();
    }

    /// <summary>The host's id for one of the container's; the same without mappings, null when there is none for it.</summary>
    public static uint? ToHost(IReadOnlyList<IdMapping>? mappings, uint id)
    {
        if (mappings is not { Count: > 0 }) return id;
        foreach (IdMapping mapping in mappings)
        {
            if (id >= mapping.ContainerId && id - mapping.ContainerId < mapping.Size) return mapping.HostId + (id - mapping.ContainerId);
        }
        return null;
    }
}
