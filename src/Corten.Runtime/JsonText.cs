using System.Globalization;
using System.Text;

namespace Corten.Runtime;

/// <summary>A string as JSON (RFC 8259, section 7), for the few lines that are written by hand: to set up the library's encoder takes longer than to write them.</summary>
internal static class JsonText
{
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (c < ' ') quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }
}
