using Corten.Containers.Images;
using Corten.Images;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Daemon.Adapters;

/// <summary>The images, as far as containers need to know.</summary>
internal sealed class ImagesForContainers(ImageService images) : IContainerImages
{
    public async Task<ContainerImage> ResolveAsync(string name, Platform? platform, CancellationToken cancellationToken)
    {
        var image = await images.ResolveAsync(name, platform, cancellationToken);
        return new ContainerImage(image.Id, image.Config, image.ChainId.ToString());
    }

    public Digest? TryFindId(string name)
    {
        try
        {
            return images.Store.Resolver.TryFind(name)?.Record.Id;
        }
        catch (CortenException e) when (e.Kind == ErrorKind.InvalidArgument)
        {
            // What can't be a name names nothing.
            return null;
        }
    }

    public bool IsAncestor(string ancestor, string id) =>
        ancestor == id || (DiffIds(ancestor) is { Count: > 0 } below && DiffIds(id).Take(below.Count).SequenceEqual(below));

    /// <summary>The layers of an image that is here; the documents are small, and kept by their reader.</summary>
    private IReadOnlyList<Digest> DiffIds(string id)
    {
        if (TryFindId(id) is null)
        {
            return [];
        }

        return images.Store.Resolver.ResolveAsync(id, platform: null, CancellationToken.None).GetAwaiter().GetResult().Config.RootFs.DiffIds;
    }
}
