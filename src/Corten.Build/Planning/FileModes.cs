using System.Globalization;
using Corten.Oci.Errors;

namespace Corten.Build.Planning;

/// <summary>The modes of <c>--chmod</c>: octal up to 07777, or the symbols of chmod(1).</summary>
public static class FileModes
{
    private const uint Most = 0xFFF; // 07777
    private const uint Execute = 0x49; // 0111

    /// <summary>Throws if the text is no mode.</summary>
    public static void Check(string? mode)
    {
        if (!string.IsNullOrEmpty(mode))
        {
            Apply(mode, 0, isDirectory: false);
        }
    }

    /// <summary>The permissions that <paramref name="mode"/> makes of <paramref name="current"/>.</summary>
    public static uint Apply(string mode, uint current, bool isDirectory)
    {
        if (char.IsAsciiDigit(mode[0]))
        {
            return Octal(mode);
        }

        foreach (var clause in mode.Split(','))
        {
            current = Clause(clause, mode, current, isDirectory);
        }

        return current;
    }

    private static uint Octal(string mode)
    {
        uint value = 0;
        foreach (var c in mode)
        {
            value = c is >= '0' and <= '7' && value <= Most ? (value << 3) + (uint)(c - '0') : uint.MaxValue;
            if (value > Most)
            {
                throw CortenException.Invalid($"invalid chmod parameter: '{mode}'. it should be octal string and between 0 and 07777");
            }
        }

        return value;
    }

    /// <summary><c>[ugoa]*([-+=][rwxXst]*)+</c></summary>
    private static uint Clause(string clause, string whole, uint current, bool isDirectory)
    {
        var at = clause.TakeWhile(c => c is 'u' or 'g' or 'o' or 'a').Count();
        var who = Who(clause[..at]);
        if (at == clause.Length)
        {
            throw Invalid(whole);
        }

        while (at < clause.Length)
        {
            var action = clause[at++];
            if (action is not ('+' or '-' or '='))
            {
                throw Invalid(whole);
            }

            var start = at;
            while (at < clause.Length && clause[at] is not ('+' or '-' or '='))
            {
                at++;
            }

            var bits = Bits(clause[start..at], whole, who, current, isDirectory);
            current = action switch { '+' => current | bits, '-' => current & ~bits, _ => (current & ~who) | bits };
        }

        return current;
    }

    private static uint Who(string letters) => letters.Length == 0 ? Most
        : letters.Aggregate(0u, (mask, c) => mask | c switch
        {
            'u' => 0x9C0u, // 04700
            'g' => 0x438u, // 02070
            'o' => 0x207u, // 01007
            _ => Most,
        });

    private static uint Bits(string letters, string whole, uint who, uint current, bool isDirectory)
    {
        uint bits = 0;
        foreach (var c in letters)
        {
            bits |= c switch
            {
                'r' => 0x124u, // 0444
                'w' => 0x92u, // 0222
                'x' => Execute,
                'X' => isDirectory || (current & Execute) != 0 ? Execute : 0u,
                's' => 0xC00u, // 06000
                't' => 0x200u, // 01000
                'u' => Spread(current >> 6),
                'g' => Spread(current >> 3),
                'o' => Spread(current),
                _ => throw Invalid(whole),
            };
        }

        return bits & who;
    }

    private static uint Spread(uint triple) => (triple & 7) * Execute;

    private static CortenException Invalid(string mode) =>
        CortenException.Invalid(string.Create(CultureInfo.InvariantCulture, $"invalid chmod parameter: '{mode}'"));
}
