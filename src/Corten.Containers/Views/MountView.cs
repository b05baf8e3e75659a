using Corten.Containers.Mounts;
using Corten.EngineApi.Containers;

namespace Corten.Containers.Views;

/// <summary>Mounts as inspect and list show them.</summary>
internal static class MountView
{
    public static List<MountPoint> Of(IReadOnlyList<ContainerMount> mounts) => [.. mounts.Select(mount => new MountPoint
    {
        Type = mount.Type,
        Name = mount.Name,
        Source = mount.Source,
        Destination = mount.Destination,
        Driver = mount.Type == "volume" ? mount.Driver : null,
        Mode = mount.Mode,
        RW = mount.Writable,
        Propagation = mount.Propagation,
    })];
}
