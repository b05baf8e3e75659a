using System.Text.RegularExpressions;
using Corten.Images.Catalog;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images;

/// <summary>An image as it was found: by a name, or by its id.</summary>
public sealed record FoundImage(ImageRecord Record, ImageReference? Name);

/// <summary>From what a user writes to the image that is meant: a name, an id, or the beginning of one.</summary>
public sealed partial class ImageResolver(ImageCatalog catalog, ImageDocuments documents)
{
    /// <exception cref="CortenException">NotFound, <c>No such image: x:latest</c>; InvalidArgument for what can't be a name.</exception>
    public FoundImage Find(string nameOrId) => TryFind(nameOrId) ?? throw NoSuchImage(nameOrId);

    /// <summary>Null if there is no such image.</summary>
    /// <exception cref="CortenException">InvalidArgument: it can't be a name.</exception>
    public FoundImage? TryFind(string nameOrId)
    {
        if (FullId().Match(nameOrId) is { Success: true } full)
        {
            return catalog.Find(Digest.Parse("sha256:" + full.Groups[1].Value)) is { } byId ? new FoundImage(byId, null) : null;
        }

        var name = ImageReference.Parse(nameOrId);
        if (catalog.Find(name) is { } named)
        {
            return new FoundImage(named, name.WithDefaultTag());
        }

        return IdPrefix().Match(nameOrId) is { Success: true } prefix && catalog.FindByPrefix(prefix.Groups[1].Value) is [var only]
            ? new FoundImage(only, null)
            : null;
    }

    /// <summary>The image for a platform, with its documents.</summary>
    /// <param name="nameOrId">As the user wrote it.</param>
    /// <param name="platform">Null for whatever the image is, this machine's first.</param>
    /// <param name="cancellationToken"></param>
    /// <exception cref="CortenException">NotFound: no such image, or not for that platform.</exception>
    public async Task<Image> ResolveAsync(string nameOrId, Platform? platform, CancellationToken cancellationToken) =>
        await OpenAsync(Find(nameOrId), nameOrId, platform, cancellationToken);

    /// <inheritdoc cref="ResolveAsync"/>
    public async Task<Image> OpenAsync(FoundImage found, string asked, Platform? platform, CancellationToken cancellationToken)
    {
        var record = found.Record;
        var descriptor = record.Manifest;
        if (platform is not null && MediaTypes.IsIndex(record.Target.MediaType))
        {
            var index = await documents.IndexAsync(record.Target.Digest, cancellationToken);

            // Of what is here already, another processor's is not taken for the one that is asked for, even where that could run it.
            var fitting = index.Manifests.Where(entry => entry.Platform?.Normalized.Architecture == platform.Normalized.Architecture && catalog.Has(record.Id, entry.Digest));
            descriptor = PlatformChoice.Choose(fitting, platform) ?? throw WrongPlatform(asked, null, platform);
        }

        var manifest = await documents.ManifestAsync(descriptor.Digest, cancellationToken);
        var config = await documents.ConfigAsync(manifest.Config.Digest, cancellationToken);
        if (platform is not null && !PlatformChoice.Runs(platform, config.Config.Platform))
        {
            throw WrongPlatform(asked, config.Config.Platform, platform);
        }

        return new Image
        {
            Id = record.Id,
            Reference = found.Name,
            Record = record,
            ManifestDescriptor = descriptor,
            Manifest = manifest,
            Config = config.Config,
            CreatedText = config.CreatedText,
        };
    }

    /// <summary>The platform of an image whose layers those are.</summary>
    /// <exception cref="CortenException">NotFound: no such image, or not with these layers.</exception>
    public async Task<Image> OfChainAsync(Digest id, Digest chain, CancellationToken cancellationToken)
    {
        var found = Find(id.ToString());
        var image = await OpenAsync(found, id.ToString(), platform: null, cancellationToken);
        if (image.ChainId == chain || !found.Record.IsIndex)
        {
            return image;
        }

        foreach (var entry in (await documents.IndexAsync(id, cancellationToken)).Manifests.Where(entry => entry.Platform is { Os: not "unknown" } && catalog.Has(id, entry.Digest)))
        {
            var one = await OpenAsync(found, id.ToString(), entry.Platform, cancellationToken);
            if (one.ChainId == chain)
            {
                return one;
            }
        }

        throw CortenException.NotFound($"image with reference {id} was found but does not provide the platform that the container was made for");
    }

    /// <summary>True if <paramref name="asked"/> is the image's id or the beginning of it, and no name.</summary>
    public static bool IsIdOf(Digest id, string asked) =>
        id.ToString().StartsWith(asked, StringComparison.Ordinal) || id.Hex.StartsWith(asked, StringComparison.Ordinal);

    public static CortenException NoSuchImage(string nameOrId) => CortenException.NotFound(
        FullId().Match(nameOrId) is { Success: true } id ? $"No such image: sha256:{id.Groups[1].Value}"
        : $"No such image: {(ImageReference.TryParse(nameOrId, out var name) ? name.WithDefaultTag().Familiar : nameOrId)}");

    private static CortenException WrongPlatform(string asked, Platform? actual, Platform wanted) => CortenException.NotFound(
        $"image with reference {asked} was found but {(actual is null ? $"does not provide the specified platform ({wanted})" : $"its platform ({actual}) does not match the specified platform ({wanted})")}");

    [GeneratedRegex(@"\A(?:sha256:)?([0-9a-f]{64})\z")]
    private static partial Regex FullId();

    [GeneratedRegex(@"\A(?:sha256:)?([0-9a-f]{1,63})\z")]
    private static partial Regex IdPrefix();
}
