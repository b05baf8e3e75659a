using System.Globalization;
using Corten.Oci.Errors;

namespace Corten.Build.Exporting;

/// <summary><c>SOURCE_DATE_EPOCH</c>: seconds since 1970 (reproducible-builds.org/specs/source-date-epoch).</summary>
public static class SourceDateEpoch
{
    /// <summary>Null for none.</summary>
    /// <exception cref="CortenException">InvalidArgument: no number, or no time that an image can have.</exception>
    public static DateTimeOffset? Parse(string? text)
    {
        if (text is not { Length: > 0 })
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            var digits = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
            var reason = digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9') ? "value out of range" : "invalid syntax";
            throw CortenException.Invalid($"invalid SOURCE_DATE_EPOCH: {text}: strconv.ParseInt: parsing \"{text}\": {reason}");
        }

        return seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw CortenException.Invalid($"invalid SOURCE_DATE_EPOCH: {text}: year outside of range [1,9999]");
    }
}
