using System.Globalization;
using System.Text;

namespace Corten.Daemon.Http;

/// <summary>The path of a request line, as Docker's router reads it.</summary>
internal static class RequestPath
{
    /// <summary>
    /// The decoded path of a request target, without query. An encoded slash counts as a slash, and bytes that are no UTF-8 as U+FFFD each.
    /// </summary>
    /// <returns>Null if a percent sign is not followed by two hexadecimal digits.</returns>
    public static string? Decode(string target)
    {
        var path = target.AsSpan();
        if (path.IndexOf('?') is >= 0 and var query)
        {
            path = path[..query];
        }

        // The absolute form of a proxy's request line: http://host/path.
        if (!path.StartsWith("/") && path.IndexOf("://") is > 0 and var scheme)
        {
            var rest = path[(scheme + 3)..];
            path = rest.IndexOf('/') is >= 0 and var slash ? rest[slash..] : "/";
        }

        return path.Contains('%') ? Unescape(path) : path.ToString();
    }

    private static string? Unescape(ReadOnlySpan<char> path)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(path.Length)];
        var count = 0;
        while (path.IndexOf('%') is >= 0 and var percent)
        {
            count += Encoding.UTF8.GetBytes(path[..percent], bytes.AsSpan(count));
            if (path.Length < percent + 3 || !byte.TryParse(path.Slice(percent + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[count++]))
            {
                return null;
            }

            path = path[(percent + 3)..];
        }

        count += Encoding.UTF8.GetBytes(path, bytes.AsSpan(count));
        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    /// <summary>The path without empty, <c>.</c> and <c>..</c> parts; a slash at the end stays.</summary>
    public static string Clean(string path)
    {
        if (path is ['/', ..] && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal))
        {
            return path;
        }

        var kept = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == "..")
            {
                kept.RemoveRange(Math.Max(kept.Count - 1, 0), Math.Min(kept.Count, 1));
            }
            else if (part is not ("" or "."))
            {
                kept.Add(part);
            }
        }

        var clean = "/" + string.Join('/', kept);
        return path.EndsWith('/') && clean.Length > 1 ? clean + "/" : clean;
    }

    /// <summary>Takes <c>/v1.43</c> off the front of <paramref name="path"/>.</summary>
    /// <returns>As it is written; null if the path has no version.</returns>
    public static string? CutVersion(ref string path)
    {
        if (path is not ['/', 'v', ..])
        {
            return null;
        }

        var end = path.IndexOf('/', 1);
        var version = end < 0 ? "" : path[2..end];
        if (version.Length == 0 || version.AsSpan().ContainsAnyExcept("0123456789."))
        {
            return null;
        }

        path = path[end..];
        return version;
    }
}
