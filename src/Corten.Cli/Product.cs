namespace Corten.Cli;

/// <summary>What the program calls itself.</summary>
internal static class Product
{
    public const string Name = "corten";

    public static string Version { get; } = typeof(Product).Assembly.GetName().Version is { } version ? $"{version.Major}.{version.Minor}.{version.Build}" : "0.0.0";
}
