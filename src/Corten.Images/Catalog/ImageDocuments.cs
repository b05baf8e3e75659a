using System.Collections.Concurrent;
using System.Text.Json;
using Corten.Distribution.Registry;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Content;

namespace Corten.Images.Catalog;

/// <summary>A configuration, with what a parse would lose.</summary>
/// <param name="CreatedText">The creation time to the nanosecond, as it was written.</param>
public sealed record ConfigDocument(ImageConfig Config, string? CreatedText);

/// <summary>Manifests, indexes and configurations out of the content store, parsed and kept for the next reader.</summary>
public sealed class ImageDocuments(ContentStore content)
{
    /// <summary>Beyond this many documents of a kind the memory is emptied; a machine has some hundred images.</summary>
    private const int MaxKept = 4096;

    private readonly ConcurrentDictionary<Digest, Manifest> _manifests = new();
    private readonly ConcurrentDictionary<Digest, ConfigDocument> _configs = new();

    public async Task<Manifest> ManifestAsync(Digest digest, CancellationToken cancellationToken) =>
        _manifests.TryGetValue(digest, out var known) ? known
            : Keep(_manifests, digest, ManifestReader.ReadManifest(await content.ReadAllAsync(digest, cancel: cancellationToken)));

    public async Task<ImageIndex> IndexAsync(Digest digest, CancellationToken cancellationToken) =>
        ManifestReader.ReadIndex(await content.ReadAllAsync(digest, cancel: cancellationToken));

    public async Task<ConfigDocument> ConfigAsync(Digest digest, CancellationToken cancellationToken) =>
        _configs.TryGetValue(digest, out var known) ? known
            : Keep(_configs, digest, ReadConfig(await content.ReadAllAsync(digest, cancel: cancellationToken)));

    /// <exception cref="CortenException">It is no image configuration.</exception>
    public static ConfigDocument ReadConfig(ReadOnlySpan<byte> json)
    {
        try
        {
            var config = JsonSerializer.Deserialize(json, ImageJson.Default.ImageConfig);
            if (config?.RootFs?.DiffIds is null || config.RootFs.DiffIds.Any(d => d.IsEmpty))
            {
                throw CortenException.Invalid("invalid image JSON, no RootFS key");
            }

            return new ConfigDocument(config, CreatedIn(json));
        }
        catch (JsonException problem)
        {
            throw CortenException.Invalid($"invalid image configuration: {JsonProblem.Describe(problem)}", problem);
        }
    }

    private static string? CreatedIn(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.TryGetProperty("created", out var created) && created.ValueKind == JsonValueKind.String ? created.GetString() : null;
    }

    private static T Keep<T>(ConcurrentDictionary<Digest, T> kept, Digest digest, T document)
    {
        if (kept.Count >= MaxKept)
        {
            kept.Clear();
        }

        kept[digest] = document;
        return document;
    }
}
