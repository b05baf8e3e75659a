namespace Corten.Cli.Commands;

/// <summary>What a prune prints.</summary>
internal static class Report
{
    /// <summary>A heading, names, a blank line; nothing when there are no names.</summary>
    public static string List(string heading, IEnumerable<string> names)
    {
        var lines = names.ToList();
        return lines.Count == 0 ? "" : $"{heading}\n{string.Join('\n', lines)}\n\n";
    }
}
