using System.Globalization;
using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Solving;
using Corten.Daemon.Http;
using Corten.EngineApi.Build;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Build;

/// <summary><c>POST /build/prune</c></summary>
internal sealed class Prune(CachePruner pruner)
{
    private static readonly string[] Fields = ["id", "parent", "type", "description", "inuse", "shared", "private"];

    public async Task ServeAsync(RequestContext context)
    {
        var query = context.Query;
        var filters = query.Filters(["until", "unused-for", .. Fields]);
        var keep = filters["until"].Concat(filters["unused-for"]).Select(Age).DefaultIfEmpty(TimeSpan.Zero).Max();
        var removed = await pruner.PruneAsync(new PruneOptions
        {
            All = query.Bool("all"), Filters = [string.Join(',', Fields.Where(filters.Contains).Select(name => Selector(name, filters[name])))], KeepDuration = keep,
            ReservedSpace = query.Number("reserved-space") ?? query.Number("keep-storage") ?? 0,
            MaxUsedSpace = query.Number("max-used-space") ?? 0, MinFreeSpace = query.Number("min-free-space") ?? 0,
        }, context.Aborted);
        await context.WriteJsonAsync(new BuildPruneReport
        {
            CachesDeleted = removed.Count == 0 ? null : [.. removed.Select(r => r.Uid)], SpaceReclaimed = removed.Sum(r => Math.Max(0, r.Size)),
        }, BuildJson.Plain.BuildPruneReport);
    }

    /// <summary>A field with its value; the beginning of an id is enough. Without a value the field must be there.</summary>
    private static string Selector(string name, IReadOnlyList<string> values) => values.Count switch
    {
        0 => name,
        1 when name == "id" => $"id~=\"^{values[0]}\"",
        1 => $"{name}==\"{values[0]}\"",
        _ => throw CortenException.Invalid($"{name} filter expects only one value"),
    };

    /// <summary>A duration, or the time that something must not have been used since.</summary>
    private static TimeSpan Age(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(seconds);
        }

        try
        {
            return TimeSpan.FromTicks(GoText.ParseDuration(text) / 100);
        }
        catch (FormatException e)
        {
            throw CortenException.Invalid($"\"until\" filter expects a duration (e.g., '24h') or a timestamp: {e.Message}", e);
        }
    }
}
