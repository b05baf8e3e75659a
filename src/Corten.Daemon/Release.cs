namespace Corten.Daemon;

/// <summary>Which release this is, and which Docker Engine it answers as.</summary>
internal static class Release
{
    /// <summary>Clients turn functions on and off by this number, and by the version of the API.</summary>
    public const string Engine = "28.5.2";

    public static string Version { get; } = typeof(Release).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static string Line => $"Corten version {Version}, as Docker Engine {Engine}";
}
