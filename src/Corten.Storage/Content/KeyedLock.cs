namespace Corten.Storage.Content;

/// <summary>One holder a key at a time; keys come and go with their holders.</summary>
public sealed class KeyedLock<TKey> where TKey : notnull
{
    private readonly Dictionary<TKey, Slot> _slots = [];

    public async Task<IDisposable> AcquireAsync(TKey key, CancellationToken cancel)
    {
        Slot slot;
        lock (_slots)
        {
            if (!_slots.TryGetValue(key, out slot!))
            {
                _slots[key] = slot = new Slot();
            }

            slot.Users++;
        }

        try
        {
            await slot.Turn.WaitAsync(cancel);
        }
        catch
        {
            Leave(key, slot);
            throw;
        }

        return new Holder(this, key, slot);
    }

    public bool IsHeld(TKey key)
    {
        lock (_slots)
        {
            return _slots.ContainsKey(key);
        }
    }

    private void Leave(TKey key, Slot slot)
    {
        lock (_slots)
        {
            if (--slot.Users == 0)
            {
                _slots.Remove(key);
            }
        }
    }

    private sealed class Slot
    {
        public readonly SemaphoreSlim Turn = new(1, 1);
        public int Users;
    }

    private sealed class Holder(KeyedLock<TKey> owner, TKey key, Slot slot) : IDisposable
    {
        private int _released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                slot.Turn.Release();
                owner.Leave(key, slot);
            }
        }
    }
}
