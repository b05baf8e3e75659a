namespace Corten.Storage.Archive;

/// <summary>How a layer says that something below is gone: in an archive (image-spec, layer.md, "Whiteouts") and in an overlay's folders.</summary>
internal static class Whiteout
{
    public static ReadOnlySpan<byte> Prefix => ".wh."u8;

    public static ReadOnlySpan<byte> MetaPrefix => ".wh..wh."u8;

    public static ReadOnlySpan<byte> Opaque => ".wh..wh..opq"u8;

    public static ReadOnlySpan<byte> OpaqueAttribute => "trusted.overlay.opaque"u8;
}
