using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Mounts;

/// <summary>All mounts that a create request asks for, in the order in which later ones may replace earlier: other containers', -v, --mount, the image's volumes.</summary>
internal static class MountList
{
    /// <param name="host">Binds, mounts and <c>--volumes-from</c>.</param>
    /// <param name="volumes">The merged config's anonymous volumes.</param>
    /// <param name="mountsOf">The mounts of a container by name or id; throws when there is none.</param>
    public static List<ContainerMount> Resolve(HostConfig host, IEnumerable<string> volumes, Func<string, IReadOnlyList<ContainerMount>> mountsOf)
    {
        var byDestination = new Dictionary<string, ContainerMount>(StringComparer.Ordinal);
        foreach (var other in host.VolumesFrom ?? [])
        {
            foreach (var mount in From(other, mountsOf))
            {
                byDestination[mount.Destination] = mount;
            }
        }

        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in (host.Tmpfs ?? []).Keys)
        {
            own.Add(MountWords.Clean(path));
        }

        foreach (var mount in (host.Binds ?? []).Select(text => BindSpec.Parse(text, host.VolumeDriver)).Concat((host.Mounts ?? []).Select(MountSpecification.Resolve)))
        {
            if (!own.Add(mount.Destination))
            {
                throw CortenException.Invalid($"Duplicate mount point: {mount.Destination}");
            }

            byDestination[mount.Destination] = mount;
        }

        foreach (var path in volumes)
        {
            var destination = MountWords.Clean(path);
            if (own.Contains(destination) || byDestination.ContainsKey(destination) || destination == "/")
            {
                continue;
            }

            byDestination[destination] = new ContainerMount { Type = "volume", Anonymous = true, Destination = destination, Driver = "local" };
        }

        return [.. byDestination.Values];
    }

    private static IEnumerable<ContainerMount> From(string specification, Func<string, IReadOnlyList<ContainerMount>> mountsOf)
    {
        var colon = specification.IndexOf(':');
        var (container, mode) = colon < 0 ? (specification, "") : (specification[..colon], specification[(colon + 1)..]);
        if (specification.Length == 0)
        {
            throw CortenException.Invalid("volumes-from specification cannot be an empty string");
        }

        if (mode.Length > 0 && (!MountWords.IsMode(mode) || mode.Split(',').Contains("nocopy") || MountWords.Propagation(mode) is not null))
        {
            throw CortenException.Invalid($"invalid mode: {mode}");
        }

        // The volume belongs to the other container: it does not go with this one.
        return mountsOf(container).Select(mount => mount with { Anonymous = false, Mode = "", Writable = mount.Writable && !MountWords.IsReadOnly(mode) });
    }
}
