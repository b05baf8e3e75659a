namespace Corten.Volumes;

/// <summary>One lock a name: what is done to one volume is done one after the other, what is done to others goes on beside it.</summary>
internal sealed class NamedLocks
{
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>Waits for its turn. Disposing the result ends it.</summary>
    public async Task<IDisposable> EnterAsync(string name, CancellationToken cancellationToken)
    {
        Entry? entry;
        lock (_entries)
        {
            if (!_entries.TryGetValue(name, out entry))
            {
                _entries[name] = entry = new Entry(this, name);
            }

            entry.Waiting++;
        }

        try
        {
            await entry.Turn.WaitAsync(cancellationToken);
            return entry;
        }
        catch
        {
            entry.Leave();
            throw;
        }
    }

    private sealed class Entry(NamedLocks owner, string name) : IDisposable
    {
        public readonly SemaphoreSlim Turn = new(1, 1);
        public int Waiting;

        public void Dispose()
        {
            Turn.Release();
            Leave();
        }

        public void Leave()
        {
            lock (owner._entries)
            {
                if (--Waiting == 0)
                {
                    owner._entries.Remove(name);
                }
            }
        }
    }
}
