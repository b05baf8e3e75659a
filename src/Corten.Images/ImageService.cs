using Corten.Images.Commit;
using Corten.Images.Listing;
using Corten.Images.Pull;
using Corten.Images.Push;
using Corten.Images.Save;
using Corten.Images.Registration;
using Corten.Images.Removal;
using Corten.Oci.Image;

namespace Corten.Images;

/// <summary>Everything that can be done with images, one member a verb.</summary>
public sealed class ImageService
{
    public ImageService(ImageStore store)
    {
        Store = store;
        Local = new LocalImage(store);
        Registration = new ImageRegistration(store);
        Listing = new ImageListing(store);
        Inspection = new ImageInspection(store);
        History = new ImageHistory(store);
        Tagging = new ImageTagging(store);
        Removal = new ImageRemoval(store);
        Pruning = new ImagePruning(store, Removal);
        Import = new ImageImport(store, Local);
        Load = new ImageLoad(store, Registration, Local);
        Save = new ImageSave(store);
        Pull = new ImagePull(store, Registration);
        Push = new ImagePush(store);
        Commit = new ImageCommit(store, Local);
        Distribution = new RegistryInspection(store.Registries);
        Search = new ImageSearch(store.Registries);
    }

    public ImageStore Store { get; }

    public LocalImage Local { get; }

    public ImageRegistration Registration { get; }

    public ImageListing Listing { get; }

    public ImageInspection Inspection { get; }

    public ImageHistory History { get; }

    public ImageTagging Tagging { get; }

    public ImageRemoval Removal { get; }

    public ImagePruning Pruning { get; }

    public ImageImport Import { get; }

    public ImageLoad Load { get; }

    public ImageSave Save { get; }

    public ImagePull Pull { get; }

    public ImagePush Push { get; }

    public ImageCommit Commit { get; }

    public RegistryInspection Distribution { get; }

    public ImageSearch Search { get; }

    /// <inheritdoc cref="ImageStore.ResolveUnpackedAsync"/>
    public Task<Image> ResolveAsync(string nameOrId, Platform? platform, CancellationToken cancellationToken) =>
        Store.ResolveUnpackedAsync(nameOrId, platform, cancellationToken);
}
