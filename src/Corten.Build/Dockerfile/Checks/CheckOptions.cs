using Corten.Build.Dockerfile.Expansion;
using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Checks;

/// <summary>What a <c>check=</c> directive says: <c>skip=…;error=…;experimental=…</c>.</summary>
public sealed record CheckOptions
{
    public static readonly CheckOptions Default = new();

    public bool SkipAll { get; init; }

    public IReadOnlySet<string> Skip { get; init; } = new HashSet<string>();

    public bool ExperimentalAll { get; init; }

    public IReadOnlySet<string> Experimental { get; init; } = new HashSet<string>();

    /// <summary>Any finding fails the build.</summary>
    public bool Error { get; init; }

    public static CheckOptions Parse(string text, string source = "check options")
    {
        var options = Default;
        if (text.Trim().Length == 0)
        {
            return options;
        }

        foreach (var part in text.Trim().Split(';', 3))
        {
            var equals = part.IndexOf('=');
            if (equals < 0)
            {
                throw CortenException.Invalid($"failed to parse {source}: invalid check option {GoText.Quote(part)}");
            }

            var (name, value) = (part[..equals].Trim(), part[(equals + 1)..].Trim());
            options = name switch
            {
                "skip" when value == "all" => options with { SkipAll = true },
                "skip" => options with { Skip = Names(value) },
                "experimental" when value == "all" => options with { ExperimentalAll = true },
                "experimental" => options with { Experimental = Names(value) },
                "error" when bool.TryParse(value, out var error) => options with { Error = error },
                "error" when value is "0" or "1" => options with { Error = value == "1" },
                "error" => throw CortenException.Invalid($"failed to parse {source}: failed to parse check option {GoText.Quote(part)}: invalid syntax"),
                _ => throw CortenException.Invalid($"failed to parse {source}: invalid check option {GoText.Quote(name)}"),
            };
        }

        return options;
    }

    /// <summary>These, and what a comment above one instruction adds to them.</summary>
    public CheckOptions With(CheckOptions other) => this with
    {
        SkipAll = SkipAll || other.SkipAll,
        Skip = Skip.Union(other.Skip).ToHashSet(),
        ExperimentalAll = ExperimentalAll || other.ExperimentalAll,
        Experimental = Experimental.Union(other.Experimental).ToHashSet(),
    };

    public bool Allows(CheckRule rule) =>
        rule.OptIn ? ExperimentalAll || Experimental.Contains(rule.Name) : !SkipAll && !Skip.Contains(rule.Name);

    private static HashSet<string> Names(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries)];
}
