using System.Text;

namespace Corten.Cli.Output;

/// <summary>Shortens for columns.</summary>
internal static class Ellipsis
{
    /// <summary>At most so many characters, the last one an ellipsis if something was cut.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }
        var count = 0;
        var at = 0;
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            count++;
            if (count == length)
            {
                end = at;
            }
            at += rune.Utf16SequenceLength;
        }
        return count <= length ? text : text[..end] + "…";
    }

    /// <summary>The first twelve digits of an identifier, without its algorithm.</summary>
    public static string ShortId(string id)
    {
        var colon = id.IndexOf(':');
        var bare = colon >= 0 ? id[(colon + 1)..] : id;
        return bare.Length > 12 ? bare[..12] : bare;
    }

    public static int Width(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.Length;
        }
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }
        return count;
    }
}
