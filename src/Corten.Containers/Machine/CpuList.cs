using System.Globalization;

namespace Corten.Containers.Machine;

/// <summary>The kernel's list format (cpuset(7), "List format"): <c>0-3,7</c>.</summary>
internal static class CpuList
{
    /// <summary>More than any machine has; bounds what a hostile range can cost.</summary>
    private const int Highest = 8191;

    public static bool TryParse(string text, out HashSet<int> numbers)
    {
        numbers = [];
        foreach (var part in text.Split(','))
        {
            var dash = part.IndexOf('-');
            if (!Number(dash < 0 ? part : part[..dash], out var first) || !Number(dash < 0 ? part : part[(dash + 1)..], out var last) || last < first)
            {
                return false;
            }

            for (var i = first; i <= last; i++)
            {
                numbers.Add(i);
            }
        }

        return true;
    }

    private static bool Number(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= Highest;
}
