using Corten.Supervision.Launcher;

namespace Corten.Containers.Rootfs;

/// <summary>The writable layers of containers, as far as containers need to know.</summary>
public interface IContainerLayers
{
    /// <summary>Makes an empty writable layer over an image's chain (empty for none). It is on record before it exists.</summary>
    OverlayRootfs Create(string containerId, string chain);

    /// <summary>The overlay of a container that has a layer.</summary>
    OverlayRootfs Open(string containerId);

    /// <summary>The same layers without a writable one: what an image looks like.</summary>
    OverlayRootfs OpenImage(string chain);

    /// <summary>Without effect for a container that has none.</summary>
    void Remove(string containerId);

    bool Exists(string containerId);

    /// <summary>Bytes that the container wrote, and bytes of everything that it sees.</summary>
    (long Writable, long Total) Usage(string containerId, CancellationToken cancellationToken);
}
