using Corten.Oci.Image;
using Corten.Storage.Layers;
using Corten.Storage.Snapshots;
using Corten.Supervision.Launcher;

namespace Corten.Containers.Rootfs;

/// <summary>What containers' root file systems are made of, by the chains that their records have (empty for an image without layers).</summary>
internal sealed class ContainerLayers(SnapshotStore snapshots, LayerStore layers)
{
    public SnapshotStore Snapshots => snapshots;

    public Task CreateAsync(string containerId, string chain, CancellationToken cancellationToken) =>
        snapshots.CreateAsync(containerId, Parse(chain), withMountPoints: true, cancellationToken);

    public OverlayRootfs Open(string containerId) => snapshots.Rootfs(containerId);

    /// <summary>An image without a container's layer over it.</summary>
    public OverlayRootfs OpenImage(string chain) => new() { Lower = layers.LowerDirectories(Parse(chain)) };

    /// <summary>Bytes that the container wrote, and bytes of all that it sees.</summary>
    public (long Writable, long Total) Usage(string containerId)
    {
        var own = snapshots.Usage(containerId).Size;
        return (own, own + (snapshots.Get(containerId).Layer is { IsEmpty: false } chain ? layers.Chain(chain).Sum(layer => layer.Size) : 0));
    }

    private static Digest Parse(string chain) => chain.Length == 0 ? default : Digest.Parse(chain);
}
