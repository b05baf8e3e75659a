using System.Reflection;

namespace Corten.Daemon;

/// <summary>Which release this is, and which Docker Engine it answers as.</summary>
internal static class Release
{
    /// <summary>Clients turn functions on and off by this number, and by the version of the API.</summary>
    public const string Engine = "28.5.2";

    public static string Version { get; } = typeof(Release).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The revision that this was built from, as the build tells it; empty if it does not.</summary>
    public static string Commit { get; } =
        typeof(Release).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit]
            ? commit
            : "";

    public static string Line => $"Corten version {Version}, as Docker Engine {Engine}";
}
