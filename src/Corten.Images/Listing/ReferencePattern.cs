using System.Text;
using System.Text.RegularExpressions;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Listing;

/// <summary>
/// The <c>reference</c> filter: a shell pattern by Go's path.Match (<c>*</c> and <c>?</c> stop at slashes, <c>[a-z]</c>) against a name as
/// Docker shows it, with or without its tag.
/// </summary>
internal sealed class ReferencePattern
{
    private readonly Regex _pattern;

    /// <exception cref="CortenException">Internal, as Docker has it: a class that does not end, or an escape without a character.</exception>
    public ReferencePattern(string pattern) => _pattern = new Regex(Translate(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public bool Matches(ImageReference name) => _pattern.IsMatch(name.Familiar) || _pattern.IsMatch(name.FamiliarRepository);

    private static string Translate(string pattern)
    {
        var regex = new StringBuilder(@"\A");
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '[':
                    i = TranslateClass(pattern, i, regex);
                    break;
                case '\\' when i + 1 == pattern.Length:
                    throw Malformed();
                case '\\':
                    regex.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                default:
                    regex.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        return regex.Append(@"\z").ToString();
    }

    private static int TranslateClass(string pattern, int open, StringBuilder regex)
    {
        var close = pattern.IndexOf(']', Math.Min(open + 2, pattern.Length));
        if (close < 0)
        {
            throw Malformed();
        }

        var content = pattern[(open + 1)..close];
        var negated = content.StartsWith('^');
        regex.Append(negated ? "[^" : "[").Append(Regex.Replace(negated ? content[1..] : content, @"[\\\[\]^]", @"\$0")).Append(']');
        return close;
    }

    private static CortenException Malformed() => CortenException.Internal("syntax error in pattern");
}
