using Corten.Oci.Errors;
using Corten.Storage.Archive;

namespace Corten.Build.Solving;

/// <summary>What a prune may take.</summary>
public sealed record PruneOptions
{
    /// <summary>Also what images still use.</summary>
    public bool All { get; init; }

    /// <summary><c>name==value</c>, <c>name=value</c> or a name; each must hold.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>Used within this time: kept.</summary>
    public TimeSpan KeepDuration { get; init; }

    /// <summary>Bytes that may stay in any case.</summary>
    public long ReservedSpace { get; init; }

    /// <summary>Bytes that may stay at most; 0 for no such bound.</summary>
    public long MaxUsedSpace { get; init; }

    /// <summary>Bytes that must be free on the disk afterwards.</summary>
    public long MinFreeSpace { get; init; }
}

/// <summary>Removes records from the cache, those not used for longest first; a record that another builds on stays as long as that one does.</summary>
public sealed class CachePruner(BuildCache cache, BuildRoot root)
{
    /// <summary>What the cache may grow to when nobody says: a tenth of the disk.</summary>
    public long DefaultLimit => new DriveInfo(root.Temporary).TotalSize / 10;

    public IReadOnlyList<CacheRecord> Select(IReadOnlyCollection<string> filters) => [.. cache.List().Where(r => filters.All(f => Matches(r, f)))];

    /// <summary>Bytes of a record's folder, counted once; what the layer store has taken over counts there.</summary>
    public long SizeOf(CacheRecord record)
    {
        if (record.Size >= 0)
        {
            return record.Size;
        }

        var size = new DirectoryInfo(root.LayerOf(record.Uid)).LinkTarget is not null ? 0 : TreeUsage.Of(root.LayerOf(record.Uid)).Bytes;
        cache.SetSize(record.Id, size);
        return size;
    }

    public IReadOnlyList<CacheRecord> Prune(PruneOptions options)
    {
        var all = cache.List();
        var total = all.Sum(SizeOf);
        var parents = all.GroupBy(r => r.Parent).ToDictionary(g => g.Key, g => g.Count());
        var oldest = DateTime.UtcNow - options.KeepDuration;
        var removed = new List<CacheRecord>();
        var target = options.MaxUsedSpace > 0 ? options.MaxUsedSpace : options.ReservedSpace;
        foreach (var record in all.OrderByDescending(r => r.Id).OrderBy(r => r.LastUsed))
        {
            var enough = total <= target && (options.MinFreeSpace == 0 || new DriveInfo(root.Temporary).AvailableFreeSpace >= options.MinFreeSpace);
            if (enough && (target > 0 || options.MinFreeSpace > 0))
            {
                break;
            }

            if ((options.KeepDuration > TimeSpan.Zero && record.LastUsed > oldest) || !options.Filters.All(f => Matches(record, f)))
            {
                continue;
            }

            total -= SizeOf(record);
            removed.Add(record);
        }

        cache.Remove([.. removed.Select(r => r.Id)]);
        return removed;
    }

    private bool Matches(CacheRecord record, string filter)
    {
        var negated = filter.Contains("!=", StringComparison.Ordinal);
        var parts = filter.Split(negated ? "!=" : filter.Contains("==", StringComparison.Ordinal) ? "==" : filter.Contains("~=", StringComparison.Ordinal) ? "~=" : "=", 2);
        var actual = parts[0] switch
        {
            "id" => record.Uid,
            "type" => record.Type,
            "description" => record.Description,
            "parent" or "parents" => cache.ById(record.Parent)?.Uid ?? "",
            "inuse" => "false",
            "mutable" => record.Type == RecordTypes.Regular ? "false" : "true",
            "immutable" => record.Type == RecordTypes.Regular ? "true" : "false",
            "shared" => new DirectoryInfo(root.LayerOf(record.Uid)).LinkTarget is null ? "false" : "true",
            "private" => new DirectoryInfo(root.LayerOf(record.Uid)).LinkTarget is null ? "true" : "false",
            _ => throw CortenException.Invalid($"invalid filter {filter}"),
        };
        var wanted = parts.Length == 2 ? parts[1].Trim('"') : "true";
        return filter.Contains("~=", StringComparison.Ordinal) ? actual.Contains(wanted, StringComparison.Ordinal) : (actual == wanted) != negated;
    }
}
