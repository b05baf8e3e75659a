using Corten.EngineApi.Images;
using Corten.Oci.Image;

namespace Corten.Images;

/// <summary>The image-spec's records as the Engine API writes them.</summary>
public static class ApiObjects
{
    public static ImageDescriptor From(Descriptor descriptor) => new()
    {
        MediaType = descriptor.MediaType,
        Digest = descriptor.Digest.ToString(),
        Size = descriptor.Size,
        Urls = descriptor.Urls,
        Annotations = descriptor.Annotations,
        Data = descriptor.Data,
        Platform = descriptor.Platform is { } platform ? From(platform) : null,
        ArtifactType = descriptor.ArtifactType,
    };

    public static ImagePlatform From(Platform platform) => new()
    {
        Architecture = platform.Architecture,
        Os = platform.Os,
        OsVersion = platform.OsVersion,
        OsFeatures = platform.OsFeatures,
        Variant = platform.Variant,
    };

    public static Platform To(ImagePlatform platform) => new()
    {
        Architecture = platform.Architecture,
        Os = platform.Os,
        OsVersion = platform.OsVersion,
        OsFeatures = platform.OsFeatures,
        Variant = platform.Variant,
    };
}
