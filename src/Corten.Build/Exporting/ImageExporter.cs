using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Images;
using Corten.Oci.Image;

namespace Corten.Build.Exporting;

/// <summary>Puts what was built into the image store.</summary>
public sealed class ImageExporter(LayerPacker packer, ImageService images)
{
    public async Task<Image> ExportAsync(BuildPlan plan, Tree tree, IReadOnlyList<ImageReference> names, BuildVertex vertex, IBuildProgress progress, CancellationToken cancellation)
    {
        using var hold = images.Store.Hold();
        progress.Status(vertex, "exporting layers", 0, 0, done: false);
        var layers = await packer.PackAsync(tree, null, cancellation);
        await packer.AdoptAsync(tree, layers, cancellation);
        progress.Status(vertex, "exporting layers", 0, 0, done: true);
        var config = ImageAssembly.Finish(plan, layers);
        var image = await images.Local.CreateAsync(config, [.. layers.Select(l => l.Blob)], default, names, cancellation);
        progress.Status(vertex, $"writing image {image.Id}", 0, 0, done: true);
        foreach (var name in names)
        {
            progress.Status(vertex, $"naming to {name}", 0, 0, done: true);
            images.Store.Events.Published("tag", image.Id, image.Config, name.WithDefaultTag().Familiar);
        }

        return image;
    }
}
