using Corten.Oci.Image;

namespace Corten.Images.Archives;

/// <summary>How a layer's tar is compressed.</summary>
internal enum LayerEncoding
{
    Plain,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

/// <summary>Tells compressed streams by their first bytes, and names them as layers.</summary>
internal static class LayerFormat
{
    /// <summary>Bytes that <see cref="Detect"/> looks at.</summary>
    public const int MagicLength = 6;

    public static LayerEncoding Detect(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? LayerEncoding.Gzip
        : head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) ? LayerEncoding.Zstd
        : head.StartsWith("BZh"u8) ? LayerEncoding.Bzip2
        : head.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) ? LayerEncoding.Xz
        : LayerEncoding.Plain;

    public static string MediaTypeOf(LayerEncoding encoding) => encoding switch
    {
        LayerEncoding.Gzip => MediaTypes.OciLayerGzip,
        LayerEncoding.Zstd => MediaTypes.OciLayerZstd,
        _ => MediaTypes.OciLayer,
    };
}
