using Corten.Oci.Errors;

namespace Corten.Containers.Mounts;

/// <summary>Sharing a host folder's mounts works only if the mount that the folder is on is itself shared (mount_namespaces(7)).</summary>
internal static class HostPropagation
{
    /// <exception cref="CortenException">The host's mount does not allow <paramref name="propagation"/>.</exception>
    public static void Check(string source, string propagation)
    {
        var wanted = propagation.TrimStart('r');
        if (wanted is not ("shared" or "slave"))
        {
            return;
        }

        var (mountPoint, fields) = Find(source);
        var shared = fields.Any(field => field.StartsWith("shared:", StringComparison.Ordinal));
        var follows = fields.Any(field => field.StartsWith("master:", StringComparison.Ordinal));
        if (wanted == "shared" && !shared)
        {
            throw CortenException.Internal($"path {source} is mounted on {mountPoint} but it is not a shared mount");
        }

        if (wanted == "slave" && !shared && !follows)
        {
            throw CortenException.Internal($"path {source} is mounted on {mountPoint} but it is not a shared or slave mount");
        }
    }

    /// <summary>The mount that <paramref name="path"/> is on, with its optional fields (proc_pid_mountinfo(5)); the last one mounted there counts.</summary>
    private static (string MountPoint, string[] Optional) Find(string path)
    {
        var best = ("/", Array.Empty<string>());
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            var fields = line.Split(' ');
            var point = fields[4].Replace("\\040", " ", StringComparison.Ordinal);
            if (point.Length >= best.Item1.Length && (path == point || path.StartsWith(point.TrimEnd('/') + "/", StringComparison.Ordinal)))
            {
                best = (point, [.. fields.Skip(6).TakeWhile(field => field != "-")]);
            }
        }

        return best;
    }
}
