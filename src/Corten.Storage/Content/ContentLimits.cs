namespace Corten.Storage.Content;

/// <summary>Named bounds on what comes from outside.</summary>
public static class ContentLimits
{
    /// <summary>Bytes of a manifest, index or configuration: the 4 MiB that the distribution specification asks registries to accept.</summary>
    public const int Document = 4 << 20;
}
