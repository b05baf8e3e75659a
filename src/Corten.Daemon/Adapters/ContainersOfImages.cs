using Corten.Containers;
using Corten.Images;
using Corten.Oci.Image;

namespace Corten.Daemon.Adapters;

/// <summary>
/// Which containers use which images. Images are below containers and are put together first, so the containers come in when they are there.
/// </summary>
internal sealed class ContainersOfImages : IImageUsers
{
    public ContainerService? Containers { get; set; }

    public IReadOnlyList<ImageUse> ListUses() => [.. (Containers?.Registry.All ?? []).SelectMany(Uses)];

    private static IEnumerable<ImageUse> Uses(Containers.Model.Container container)
    {
        var running = container.Status.IsUp;
        var mounted = container.Record.Mounts.Select(m => m.ImageId).OfType<string>();
        return mounted.Append(container.Record.ImageId).Distinct().Where(id => id.Length > 0)
            .Select(id => new ImageUse(Digest.Parse(id), container.Id, running));
    }
}
