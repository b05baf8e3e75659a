namespace Corten.Cli;

/// <summary>What the program calls itself.</summary>
internal static class Product
{
    public const string Name = "corten";

    /// <summary>Of the project file, put into the source when building: asking the assembly means starting reflection.</summary>
    public const string Version = ProjectVersion.Number;
}
