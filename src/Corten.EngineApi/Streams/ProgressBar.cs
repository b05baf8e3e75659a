using System.Globalization;

namespace Corten.EngineApi.Streams;

/// <summary>Draws a <see cref="ProgressDetail"/> as Docker does: <c>[=====>      ]  1.05MB/42MB</c>.</summary>
public static class ProgressBar
{
    private const int Width = 50;

    private static readonly string[] _units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <returns>Empty when there is nothing to count.</returns>
    public static string Render(ProgressDetail detail)
    {
        if (detail.Current <= 0 && detail.Total <= 0)
        {
            return "";
        }

        if (detail.Total <= 0)
        {
            return detail.Units is null
                ? Size(detail.Current).PadLeft(8)
                : string.Create(CultureInfo.InvariantCulture, $"{detail.Current} {detail.Units}");
        }

        var done = Math.Min((int)(detail.Current * 100.0 / detail.Total) / 2, Width);
        var bar = $"[{new string('=', done)}>{new string(' ', Width - done)}] ";
        return bar + Counts(detail);
    }

    /// <summary>Bytes with four significant digits and decimal units, as go-units' HumanSize: <c>1.049MB</c>.</summary>
    public static string Size(double bytes)
    {
        var unit = 0;
        while (bytes >= 1000.0 && unit < _units.Length - 1)
        {
            bytes /= 1000.0;
            unit++;
        }

        return bytes.ToString("G4", CultureInfo.InvariantCulture) + _units[unit];
    }

    private static string Counts(ProgressDetail detail)
    {
        if (detail.HideCounts)
        {
            return "";
        }

        if (detail.Units is not null)
        {
            return detail.Current > detail.Total
                ? string.Create(CultureInfo.InvariantCulture, $"{detail.Current} {detail.Units}")
                : string.Create(CultureInfo.InvariantCulture, $"{detail.Current}/{detail.Total} {detail.Units}");
        }

        var current = Size(detail.Current).PadLeft(8);
        return detail.Current > detail.Total ? current : $"{current}/{Size(detail.Total)}";
    }
}
