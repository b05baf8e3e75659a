namespace Corten.Build.Solving;

/// <summary>The order in which records may go: one that others build on only after them, and of the rest the one that was not used for longest first.</summary>
internal sealed class PruneOrder
{
    private readonly Dictionary<long, CacheRecord> _all;
    private readonly Dictionary<long, int> _children;
    private readonly PriorityQueue<CacheRecord, (DateTime, long)> _leaves = new();

    public PruneOrder(IReadOnlyCollection<CacheRecord> records)
    {
        _all = records.ToDictionary(r => r.Id);
        _children = records.GroupBy(r => r.Parent).ToDictionary(g => g.Key, g => g.Count());
        foreach (var record in records.Where(r => !_children.ContainsKey(r.Id)))
        {
            Add(record);
        }
    }

    /// <summary>The next that may go; null when there is none.</summary>
    public CacheRecord? Next() => _leaves.TryDequeue(out var record, out _) ? record : null;

    /// <summary>It went: what it was built on may follow.</summary>
    public void Removed(CacheRecord record)
    {
        if (_all.TryGetValue(record.Parent, out var parent) && --_children[parent.Id] == 0)
        {
            Add(parent);
        }
    }

    private void Add(CacheRecord record) => _leaves.Enqueue(record, (record.LastUsed, -record.Id));
}
