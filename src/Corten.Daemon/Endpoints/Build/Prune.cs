using Corten.Build.Solving;
using Corten.Daemon.Http;
using Corten.EngineApi.Build;
using Corten.EngineApi.Filters;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Build;

/// <summary><c>POST /build/prune</c></summary>
internal sealed class Prune(CachePruner pruner)
{
    private static readonly string[] Fields = ["id", "parent", "type", "description", "inuse", "shared", "private"];

    public async Task ServeAsync(RequestContext context)
    {
        var query = context.Query;
        var (reserved, kept) = (Bytes(query, "reserved-space"), Bytes(query, "keep-storage"));
        var (maxUsed, minFree) = (Bytes(query, "max-used-space"), Bytes(query, "min-free-space"));
        var filters = query.ParseFilters();
        string selector;
        TimeSpan keep;
        try
        {
            filters.Allow(["until", "unused-for", .. Fields]);
            keep = AtMostOne(filters["until"].Concat(filters["unused-for"]).ToList()) is { } age ? Age(age) : TimeSpan.Zero;
            selector = string.Join(',', Fields.Where(filters.Contains).Select(name => Selector(name, AtMostOne(filters[name]))));
        }
        catch (InvalidFilterException mistake)
        {
            throw CortenException.Invalid($"failed to prune build cache: {mistake.Message}", mistake);
        }

        var removed = await pruner.PruneAsync(new PruneOptions
        {
            All = query.Bool("all"), Filters = [selector], KeepDuration = keep,
            ReservedSpace = reserved ?? kept ?? 0, MaxUsedSpace = maxUsed ?? 0, MinFreeSpace = minFree ?? 0,
        }, context.Aborted);
        await context.WriteJsonAsync(new BuildPruneReport
        {
            CachesDeleted = removed.Count == 0 ? null : [.. removed.Select(r => r.Uid)], SpaceReclaimed = removed.Sum(r => Math.Max(0, r.Size)),
        }, BuildJson.Plain.BuildPruneReport);
    }

    private static long? Bytes(Query query, string name)
    {
        try
        {
            return query.Number(name, function: "Atoi");
        }
        catch (CortenException mistake)
        {
            throw CortenException.Invalid($"{name} is in bytes and expects an integer, got {query.Text(name)}: {mistake.Message}", mistake);
        }
    }

    private static string? AtMostOne(IReadOnlyList<string> values) =>
        values.Count > 1 ? throw new InvalidFilterException("filters expect only one value") : values.FirstOrDefault();

    /// <summary>A field with its value; the beginning of an id is enough. Without a value the field must be there.</summary>
    private static string Selector(string name, string? value) => value is null ? name : name == "id" ? $"id~=\"^{value}\"" : $"{name}==\"{value}\"";

    /// <summary>A duration, or the time that something must not have been used since.</summary>
    private static TimeSpan Age(string text)
    {
        try
        {
            var now = DateTimeOffset.UtcNow;
            return now - PointInTime.Parse(text, now);
        }
        catch (InvalidFilterException e)
        {
            throw new InvalidFilterException($"\"until\" filter expects a duration (e.g., '24h') or a timestamp: {e.Message}");
        }
    }
}
