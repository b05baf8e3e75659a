using Corten.Linux.Processes;
using Corten.Oci.Image;

namespace Corten.Containers.Validation;

/// <summary>What Docker says of an image for another processor that nobody asked for by its platform: it runs if an emulator is registered.</summary>
internal static class PlatformWarning
{
    public static void Add(ImageConfig image, List<string> warnings)
    {
        var made = new Platform { Os = image.Os, Architecture = image.Architecture, Variant = image.Variant };
        if (image.Architecture.Length > 0 && !PlatformChoice.Runs(Platform.Host, made))
        {
            warnings.Add($"The requested image's platform ({made}) does not match the detected host platform ({Detected()}) and no specific platform was requested");
        }
    }

    private static Platform Detected() => Platform.Host.Architecture switch
    {
        "amd64" when ProcessorLevel.Current > 1 => Platform.Host with { Variant = $"v{ProcessorLevel.Current}" },
        "arm64" => Platform.Host with { Variant = "v8" },
        _ => Platform.Host,
    };
}
