using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Compression;

namespace Corten.Images.Archives;

/// <summary>Names a layer by how its tar is compressed.</summary>
internal static class LayerFormat
{
    /// <summary>Bytes that <see cref="Decompression.Detect"/> looks at.</summary>
    public const int MagicLength = 6;

    /// <exception cref="CortenException">No media type of layers has this compression.</exception>
    public static string MediaTypeOf(CompressionKind kind) => kind switch
    {
        CompressionKind.None => MediaTypes.OciLayer,
        CompressionKind.Gzip => MediaTypes.OciLayerGzip,
        CompressionKind.Zstd => MediaTypes.OciLayerZstd,
        _ => throw CortenException.Invalid($"a layer compressed with {kind.ToString().ToLowerInvariant()} is of no image format"),
    };
}
