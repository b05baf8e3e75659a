namespace Corten.Runtime.Cli;

/// <summary>Columns as wide as their widest cell, three spaces between.</summary>
internal static class TextTable
{
    public static void Print(IReadOnlyList<string[]> rows)
    {
        int[] widths = new int[rows[0].Length];
        foreach (string[] row in rows)
        {
            for (int i = 0; i < row.Length; i++) widths[i] = Math.Max(widths[i], row[i].Length);
        }
        foreach (string[] row in rows) Output.Line(string.Join("   ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }
}
