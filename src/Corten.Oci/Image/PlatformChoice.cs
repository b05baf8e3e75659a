using System.Globalization;

namespace Corten.Oci.Image;

/// <summary>
/// Which entry of an index is for a platform: the same system and processor, and of the variants that run there the highest. A 64-bit
/// processor also takes what is made for its 32-bit sibling, after everything else.
/// </summary>
public static class PlatformChoice
{
    /// <summary>The best entry, the first of equals; null if none fits. Entries without platform and attestations are never chosen.</summary>
    public static Descriptor? Choose(IEnumerable<Descriptor> entries, Platform wanted)
    {
        Descriptor? best = null;
        var bestRank = 0;
        foreach (var entry in entries)
        {
            var rank = entry.Platform is { } platform ? Rank(wanted, platform) : 0;
            if (rank > bestRank)
            {
                (best, bestRank) = (entry, rank);
            }
        }

        return best;
    }

    /// <summary>True if an image for <paramref name="offered"/> runs where <paramref name="wanted"/> is asked for.</summary>
    public static bool Runs(Platform wanted, Platform offered) => Rank(wanted, offered) > 0;

    private static int Rank(Platform wanted, Platform offered)
    {
        var (want, offer) = (wanted.Normalized, offered.Normalized);
        if (want.Os != offer.Os || want.Os.Length == 0)
        {
            return 0;
        }

        if (want.Architecture == offer.Architecture)
        {
            var (most, variant) = (VariantOf(want), VariantOf(offer));
            return most == variant ? 1000 : variant > 0 && variant < most ? 100 + variant : 0;
        }

        return (want.Architecture, offer.Architecture) switch
        {
            ("arm64", "arm") => 1 + VariantOf(offer),
            ("amd64", "386") => 1,
            _ => 0,
        };
    }

    /// <summary>The number in <c>v7</c>; where there is none, what the architecture begins with; -1 for one that can't be ranked.</summary>
    private static int VariantOf(Platform platform) => platform.Variant switch
    {
        null => platform.Architecture switch { "arm64" => 8, "arm" => 7, _ => 1 },
        ['v', .. var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) => Math.Min(value, 99),
        _ => -1,
    };
}
