using System.Text.Json;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Distribution.Registry;

/// <summary>Turns manifest bytes from outside into records, with bounds on what they may name.</summary>
public static class ManifestReader
{
    /// <summary>No image has as many; overlay takes 500 layers.</summary>
    public const int MaxLayers = 500;

    /// <summary>Indexes with more entries are refused.</summary>
    public const int MaxIndexEntries = 1024;

    /// <summary>The content's own <c>mediaType</c>, or what its members show it to be; null if it is neither manifest nor index.</summary>
    public static string? MediaTypeOf(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            return root.TryGetProperty("mediaType", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() is { Length: > 0 } named ? named
                : root.TryGetProperty("manifests", out _) ? MediaTypes.OciIndex
                : root.TryGetProperty("config", out _) ? MediaTypes.OciManifest
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="CortenException">It is no manifest, or one that no image has.</exception>
    public static Manifest ReadManifest(ReadOnlySpan<byte> content)
    {
        Manifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(content, ImageJson.Default.Manifest);
        }
        catch (JsonException problem)
        {
            throw CortenException.Invalid($"manifest invalid: {JsonProblem.Describe(problem)}", problem);
        }

        if (manifest is null || manifest.SchemaVersion != 2 || manifest.Config is null || manifest.Layers is null)
        {
            throw CortenException.Invalid("manifest invalid: it is no image manifest of schema version 2");
        }

        if (manifest.Layers.Count > MaxLayers)
        {
            throw CortenException.Invalid($"manifest invalid: {manifest.Layers.Count} layers, at most {MaxLayers} are supported");
        }

        Check(manifest.Config, "config");
        foreach (var layer in manifest.Layers)
        {
            Check(layer, "layer");
        }

        return manifest;
    }

    /// <exception cref="CortenException">It is no index.</exception>
    public static ImageIndex ReadIndex(ReadOnlySpan<byte> content)
    {
        ImageIndex? index;
        try
        {
            index = JsonSerializer.Deserialize(content, ImageJson.Default.ImageIndex);
        }
        catch (JsonException problem)
        {
            throw CortenException.Invalid($"manifest list invalid: {JsonProblem.Describe(problem)}", problem);
        }

        if (index?.Manifests is null || index.SchemaVersion != 2)
        {
            throw CortenException.Invalid("manifest list invalid: it is no index of schema version 2");
        }

        if (index.Manifests.Count > MaxIndexEntries)
        {
            throw CortenException.Invalid($"manifest list invalid: {index.Manifests.Count} entries, at most {MaxIndexEntries} are supported");
        }

        foreach (var entry in index.Manifests)
        {
            Check(entry, "manifest");
        }

        return index;
    }

    private static void Check(Descriptor? descriptor, string what)
    {
        if (descriptor is null || descriptor.Digest.IsEmpty || descriptor.Size < 0)
        {
            throw CortenException.Invalid($"manifest invalid: a {what} without digest or with a negative size");
        }
    }
}
