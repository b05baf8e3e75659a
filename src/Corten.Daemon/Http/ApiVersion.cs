using System.Globalization;

namespace Corten.Daemon.Http;

/// <summary>The version of the Engine API that a request speaks.</summary>
internal readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    public static readonly ApiVersion Max = new(1, 51);

    public static readonly ApiVersion Min = new(1, 24);

    /// <summary>Reads <c>1.43</c>; parts that are left out are 0, further parts are ignored, and a number beyond reason counts as huge.</summary>
    public static ApiVersion Parse(ReadOnlySpan<char> text)
    {
        Span<int> parts = stackalloc int[2];
        var index = 0;
        foreach (var range in text.Split('.'))
        {
            if (index == parts.Length)
            {
                break;
            }

            var part = text[range];
            parts[index++] = part.IsEmpty ? 0 : int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
        }

        return new ApiVersion(parts[0], parts[1]);
    }

    public int CompareTo(ApiVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    public static bool operator <(ApiVersion a, ApiVersion b) => a.CompareTo(b) < 0;

    public static bool operator >(ApiVersion a, ApiVersion b) => a.CompareTo(b) > 0;

    public static bool operator <=(ApiVersion a, ApiVersion b) => a.CompareTo(b) <= 0;

    public static bool operator >=(ApiVersion a, ApiVersion b) => a.CompareTo(b) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
