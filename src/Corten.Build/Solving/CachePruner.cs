using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Archive;

namespace Corten.Build.Solving;

/// <summary>What a prune may take.</summary>
public sealed record PruneOptions
{
    /// <summary>Also what images share with the cache.</summary>
    public bool All { get; init; }

    /// <summary>See <see cref="CacheFilter"/>.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>Used within this time: kept.</summary>
    public TimeSpan KeepDuration { get; init; }

    /// <summary>Bytes that may stay in any case; alone, what is kept of the newest.</summary>
    public long ReservedSpace { get; init; }

    /// <summary>Bytes that may stay at most; 0 for no such bound.</summary>
    public long MaxUsedSpace { get; init; }

    /// <summary>Bytes that must be free on the disk afterwards.</summary>
    public long MinFreeSpace { get; init; }
}

/// <summary>
/// Removes records from the cache, those not used for longest first. One that a build is using stays, and so does one that another record builds on, as
/// long as that one does.
/// </summary>
/// <param name="cache">The records.</param>
/// <param name="root">Their folders.</param>
/// <param name="imageLayers">The chains that images have.</param>
/// <param name="collect">Frees what the layer store kept for records alone.</param>
public sealed class CachePruner(BuildCache cache, BuildRoot root, Func<IReadOnlySet<Digest>> imageLayers, Func<CancellationToken, Task> collect)
{
    /// <summary>What the cache may grow to when nobody says: a tenth of the disk.</summary>
    public long DefaultLimit => new DriveInfo(root.Temporary).TotalSize / 10;

    public IReadOnlyList<CacheRecord> Select(IReadOnlyCollection<string> filters)
    {
        var filter = FilterOf(filters, "diskusage");
        var all = cache.List();
        var uids = all.ToDictionary(r => r.Id, r => r.Uid);
        var layers = imageLayers();
        return [.. all.Where(r => filter.Matches(field => ValueOf(r, field, uids, layers)))];
    }

    /// <summary>Bytes of a record's folder, counted once.</summary>
    public long SizeOf(CacheRecord record)
    {
        if (record.Size >= 0)
        {
            return record.Size;
        }

        var size = TreeUsage.Of(FolderOf(record)).Bytes;
        cache.SetSize(record.Id, size);
        return size;
    }

    /// <summary>What all records take up on the disk, looked up now. What an image has too is left to the images; what several records have counts with the oldest.</summary>
    public CacheUsage Usage() => Measure(cache.List().OrderBy(r => r.Id), imageLayers());

    /// <summary>A file or a folder that several records have counts with the first of them.</summary>
    private CacheUsage Measure(IEnumerable<CacheRecord> records, IReadOnlySet<Digest> layers)
    {
        var usage = new CacheUsage();
        var folders = new HashSet<string>();
        foreach (var record in records)
        {
            var isShared = layers.Contains(record.Chain);
            var folder = FolderOf(record);
            usage.Sizes[record.Id] = isShared ? SizeOf(record) : folders.Add(folder) ? TreeUsage.Of(folder, counted: usage.Linked).Bytes : 0;
            if (!isShared && !record.Chain.IsEmpty)
            {
                usage.Layers.Add(record.Chain);
            }
        }

        return usage;
    }

    /// <summary>Those of the records whose layer an image has too.</summary>
    public IReadOnlySet<long> SharedOf(IEnumerable<CacheRecord> records)
    {
        var layers = imageLayers();
        return records.Where(r => layers.Contains(r.Chain)).Select(r => r.Id).ToHashSet();
    }

    public bool InUse(CacheRecord record) => cache.Pins.Contains(record.Id);

    /// <summary>Removes what the options say; gives what was removed, with sizes.</summary>
    public async Task<IReadOnlyList<CacheRecord>> PruneAsync(PruneOptions options, CancellationToken cancellation)
    {
        var removed = await Task.Run(() => Prune(options), cancellation);
        if (removed.Exists(r => !r.Chain.IsEmpty))
        {
            await collect(cancellation);
        }

        return removed;
    }

    /// <param name="purpose">What the filters are for, in BuildKit's words.</param>
    private static CacheFilter FilterOf(IReadOnlyCollection<string> filters, string purpose)
    {
        try
        {
            return CacheFilter.Parse(filters);
        }
        catch (CortenException e)
        {
            throw CortenException.Invalid($"failed to parse {purpose} filters [{string.Join(' ', filters)}]: {e.Message}: invalid argument", e);
        }
    }

    private string FolderOf(CacheRecord record)
    {
        var folder = root.LayerOf(record.Uid);
        return new DirectoryInfo(folder).LinkTarget ?? folder;
    }

    private List<CacheRecord> Prune(PruneOptions options)
    {
        var filter = FilterOf(options.Filters, "prune");
        if (IsWithin(options))
        {
            return [];
        }

        // What several records have counts with the one that goes last; what an image has too stays with the image.
        var layers = imageLayers();
        var records = cache.List();
        var usage = Measure(records.OrderByDescending(r => r.LastUsed).ThenByDescending(r => r.Id), layers);
        var measured = records.Select(r => r with { Size = usage.Sizes[r.Id] }).ToArray();
        var uids = measured.ToDictionary(r => r.Id, r => r.Uid);
        var total = measured.Where(r => !layers.Contains(r.Chain)).Sum(r => r.Size);
        var keep = BytesToKeep(options, total);
        var oldest = DateTime.UtcNow - options.KeepDuration;
        var order = new PruneOrder(measured);
        var removed = new List<CacheRecord>();
        while ((keep is null || total > keep) && order.Next() is { } record)
        {
            // One whose layer an image has frees nothing: it goes only where everything may.
            var isShared = layers.Contains(record.Chain);
            var isKept = (options.KeepDuration > TimeSpan.Zero && record.LastUsed > oldest) || (isShared && (keep is not null || !options.All));
            if (!isKept && filter.Matches(field => ValueOf(record, field, uids, layers)) && cache.Remove(record.Id))
            {
                removed.Add(record);
                total -= isShared ? 0 : record.Size;
                order.Removed(record);
            }
        }

        return removed;
    }

    /// <summary>The sizes on record, which count what records share in each, are within the bound: a look that every build can afford.</summary>
    private bool IsWithin(PruneOptions options)
    {
        foreach (var record in cache.Unmeasured())
        {
            SizeOf(record);
        }

        var most = cache.RecordedSize();
        return BytesToKeep(options, most) >= most;
    }

    /// <summary>Null for no bound: everything may go.</summary>
    private long? BytesToKeep(PruneOptions options, long total)
    {
        if (options is { MaxUsedSpace: 0, ReservedSpace: 0, MinFreeSpace: 0 })
        {
            return null;
        }

        var keep = options.MaxUsedSpace > 0 ? options.MaxUsedSpace : options.MinFreeSpace > 0 ? total : 0;
        var excess = options.MinFreeSpace > 0 ? options.MinFreeSpace - new DriveInfo(root.Temporary).AvailableFreeSpace : 0;
        return Math.Max(excess > 0 ? Math.Min(keep, total - excess) : keep, options.ReservedSpace);
    }

    /// <summary>A field as filters see it; what is a yes or no is there or not, without a value.</summary>
    private string? ValueOf(CacheRecord record, string field, Dictionary<long, string> uids, IReadOnlySet<Digest> shared) => field switch
    {
        "id" => record.Uid,
        "type" => record.Type,
        "description" => record.Description,
        "parent" or "parents" => uids.GetValueOrDefault(record.Parent) ?? "",
        "inuse" => InUse(record) ? "" : null,
        "mutable" => record.Type != RecordTypes.Regular ? "" : null,
        "immutable" => record.Type == RecordTypes.Regular ? "" : null,
        "shared" => shared.Contains(record.Chain) ? "" : null,
        "private" => shared.Contains(record.Chain) ? null : "",
        _ => null,
    };
}
