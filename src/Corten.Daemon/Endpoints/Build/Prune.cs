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
    public Task ServeAsync(RequestContext context)
    {
        var query = context.Query;
        var filters = query.Filters("until", "unused-for", "id", "parent", "type", "description", "inuse", "shared", "private");
        var keep = filters["until"].Concat(filters["unused-for"]).Select(Age).DefaultIfEmpty(TimeSpan.Zero).Max();
        var others = new[] { "id", "parent", "type", "description", "inuse", "shared", "private" }.SelectMany(name => filters[name].Select(value => $"{name}=={value}"));
        var removed = pruner.Prune(new PruneOptions
        {
            All = query.Bool("all"), Filters = [.. others], KeepDuration = keep,
            ReservedSpace = query.Number("reserved-space") ?? query.Number("keep-storage") ?? 0,
            MaxUsedSpace = query.Number("max-used-space") ?? 0, MinFreeSpace = query.Number("min-free-space") ?? 0,
        });
        return context.WriteJsonAsync(new BuildPruneReport
        {
            CachesDeleted = removed.Count == 0 ? null : [.. removed.Select(r => r.Uid)], SpaceReclaimed = removed.Sum(r => Math.Max(0, r.Size)),
        }, BuildJson.Plain.BuildPruneReport);
    }

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
