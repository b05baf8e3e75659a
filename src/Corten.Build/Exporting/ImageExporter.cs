using Corten.Build.Solving;
using Corten.Images;
using Corten.Oci.Image;

namespace Corten.Build.Exporting;

/// <summary>Puts what was built into the image store.</summary>
public sealed class ImageExporter(LayerPacker packer, ImageWriter writer, ImageService images)
{
    /// <summary>One platform, as the store likes it best.</summary>
    public async Task<Image> ExportAsync(BuiltTree built, IReadOnlyList<ImageReference> names, BuildVertex vertex, IBuildProgress progress, CancellationToken cancellation) =>
        (await ExportAsync([built], ImageOutput.Default with { Names = names }, asIndex: false, ImageAdditions.None, vertex, progress, cancellation)).Image!;

    /// <inheritdoc cref="ImageWriter.WriteAsync"/>
    /// <returns>The image, unless it is not to be stored; then hold the store as long as what was written is needed.</returns>
    public async Task<(Image? Image, WrittenResult Written)> ExportAsync(
        IReadOnlyList<BuiltTree> trees, ImageOutput output, bool asIndex, ImageAdditions additions, BuildVertex vertex, IBuildProgress progress, CancellationToken cancellation)
    {
        using var hold = images.Store.Hold();
        var written = await writer.WriteAsync(trees, output, asIndex, additions, vertex, progress, cancellation, output.Store);
        if (!output.Store)
        {
            return (null, written);
        }

        foreach (var image in written.Images.Where(i => !(output.RewriteTimestamp && i.Built.Plan.Epoch is not null)))
        {
            // Where times were cut, the folders are not what the layers say: such layers are unpacked from their archives.
            await packer.AdoptAsync(image.Built.Tree, image.Layers, cancellation);
        }

        var names = NamesOf(output, written.Target.Digest);
        var result = await images.Registration.RegisterAsync(written.Target, names, platform: null, [], cancellation);
        progress.Status(vertex, $"writing image {result.Id}", 0, 0, done: true);
        foreach (var name in names)
        {
            progress.Status(vertex, $"naming to {name}", 0, 0, done: true);
            images.Store.Events.Published("tag", result.Id, result.Config, name.WithDefaultTag().Familiar);
        }

        return (result, written);
    }

    private static List<ImageReference> NamesOf(ImageOutput output, Digest digest)
    {
        var names = output.Names.ToList();
        if (output.NameCanonical)
        {
            names.AddRange(output.Names.Select(n => n.WithDigest(digest)));
        }

        if (output.DanglingPrefix is { } prefix)
        {
            names.Add(ImageReference.Parse(prefix).WithDigest(digest));
        }

        return names;
    }
}
