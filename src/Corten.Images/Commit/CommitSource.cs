using Corten.Oci.Image;

namespace Corten.Images.Commit;

/// <summary>A container that an image is to be made of. While it is open its files do not change, if that was asked for.</summary>
public abstract class CommitSource : IAsyncDisposable
{
    public abstract string ContainerId { get; }

    /// <summary>The image that the container was made from; empty for none.</summary>
    public abstract Digest Image { get; }

    /// <summary>The layers of that image that it runs on, which of several platforms' are the chosen one's; empty for none.</summary>
    public abstract Digest Chain { get; }

    /// <summary>What the container was told, merged with its image's defaults.</summary>
    public abstract ContainerDefaults Config { get; }

    /// <summary>Writes what the container changed as a layer's tar, uncompressed.</summary>
    public abstract Task WriteLayerAsync(Stream target, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}

/// <summary>Opens containers for commit; implemented by the capability that owns them.</summary>
public interface ICommitContainers
{
    /// <param name="nameOrId">As the user wrote it.</param>
    /// <param name="pause">Hold its processes until the source is disposed.</param>
    /// <param name="cancellationToken"></param>
    Task<CommitSource> OpenAsync(string nameOrId, bool pause, CancellationToken cancellationToken);
}
