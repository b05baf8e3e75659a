namespace Corten.Cli.Output;

/// <summary>Compares texts with the numbers in them by value: 80 before 443.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var a = x.AsSpan();
        var b = y.AsSpan();
        while (!a.IsEmpty && !b.IsEmpty)
        {
            var (m, n) = (Digits(a), Digits(b));
            var order = m > 0 && n > 0 ? CompareNumbers(a[..m], b[..n]) : a[0] - b[0];
            if (order != 0)
            {
                return order;
            }
            a = a[Math.Max(1, m)..];
            b = b[Math.Max(1, n)..];
        }
        return a.Length - b.Length;
    }

    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
