using System.Globalization;
using System.Text;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary>Lines of a Dockerfile with some around them, those that are meant marked.</summary>
internal static class SourceLines
{
    private const int Around = 3;

    /// <param name="text">Gets them.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="lines">All of it.</param>
    /// <param name="start">The first line that is meant, from 1.</param>
    /// <param name="end">The last one.</param>
    public static void Append(StringBuilder text, string file, string[] lines, int start, int end)
    {
        start = Math.Clamp(start, 1, lines.Length);
        end = Math.Clamp(end, start, lines.Length);
        text.Append(CultureInfo.InvariantCulture, $"{file}:{start}\n--------------------\n");
        for (var number = Math.Max(1, start - Around); number <= Math.Min(lines.Length, end + Around); number++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{number,4} | {(number >= start && number <= end ? ">>>" : "   ")} {lines[number - 1].TrimEnd('\r')}\n");
        }
        text.Append("--------------------\n");
    }
}
