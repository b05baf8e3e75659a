namespace Corten.Build.Solving;

/// <summary>Says why a step missed the cache: its ingredients beside those of the nearest earlier run.</summary>
internal static class Explanation
{
    /// <summary>Differences that are spelled out; the rest is counted.</summary>
    private const int Most = 12;

    public static IReadOnlyList<string> Of(IReadOnlyList<Ingredient> now, IReadOnlyList<Ingredient>? before, bool cacheIgnored)
    {
        if (cacheIgnored)
        {
            return ["the cache was switched off for it"];
        }

        if (before is null)
        {
            return ["it was never run before"];
        }

        var (current, earlier) = (ByName(now), ByName(before));
        var changes = new List<string>();
        foreach (var (name, value) in current)
        {
            changes.AddRange(!earlier.TryGetValue(name, out var old) ? [$"{name} is new"] : old == value ? [] : [Changed(name, old, value)]);
        }

        changes.AddRange(earlier.Keys.Where(name => !current.ContainsKey(name)).Select(name => $"{name} is gone"));
        // When single files are named, the digest over all of them says nothing more.
        var telling = changes.Where(c => !c.StartsWith("files ", StringComparison.Ordinal)).ToList();
        changes = telling.Count > 0 ? telling : changes;
        return changes.Count == 0 ? ["the earlier result is no longer in the cache"]
            : changes.Count <= Most ? changes
            : [.. changes.Take(Most), $"and {changes.Count - Most} more"];
    }

    private static string Changed(string name, string old, string value) =>
        name == "parent" ? "the step before it gave something else"
        : name.StartsWith("file", StringComparison.Ordinal) || old.Length + value.Length > 160 ? $"{name} changed"
        : $"{name} changed from {Show(old)} to {Show(value)}";

    private static string Show(string value) => Dockerfile.Expansion.GoText.Quote(value);

    private static Dictionary<string, string> ByName(IReadOnlyList<Ingredient> ingredients)
    {
        var byName = new Dictionary<string, string>();
        foreach (var ingredient in ingredients)
        {
            byName[ingredient.Name] = ingredient.Value;
        }

        return byName;
    }
}
