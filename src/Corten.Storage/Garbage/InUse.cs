using Corten.Oci.Image;

namespace Corten.Storage.Garbage;

/// <summary>
/// Keeps blobs and layers alive that are being put together and that no image refers to yet. While anyone holds a <see cref="Hold"/>, every
/// digest that was looked up, opened or added since it began is spared by the collector. In memory only: what a killed daemon was putting
/// together is garbage, or is picked up by the next try before the next collection.
/// </summary>
public sealed class InUse
{
    private readonly Dictionary<Digest, long> _touched = [];
    private readonly Lock _gate = new();
    private readonly HashSet<Holder> _holders = [];
    private long _clock;

    /// <summary>From now until it is disposed of, nothing that is touched is collected.</summary>
    public IDisposable Hold()
    {
        lock (_gate)
        {
            var holder = new Holder(this, ++_clock);
            _holders.Add(holder);
            return holder;
        }
    }

    /// <summary>
    /// The collector's own: whoever holds something now counts as holding it until the collection is over. Otherwise what is recorded and released
    /// after the collector has asked for the roots would be neither a root nor held.
    /// </summary>
    internal IDisposable HoldForCollection()
    {
        lock (_gate)
        {
            var now = ++_clock;
            var holder = new Holder(this, _holders.Select(other => other.Since).Append(now).Min());
            _holders.Add(holder);
            return holder;
        }
    }

    internal void Touch(Digest digest)
    {
        lock (_gate)
        {
            if (_holders.Count > 0)
            {
                _touched[digest] = _clock;
            }
        }
    }

    /// <summary>True when a holder who is still there may rely on it.</summary>
    internal bool IsHeld(Digest digest)
    {
        lock (_gate)
        {
            return _holders.Count > 0 && _touched.TryGetValue(digest, out var when) && when >= _holders.Min(holder => holder.Since);
        }
    }

    private void Release(Holder holder)
    {
        lock (_gate)
        {
            if (_holders.Remove(holder) && _holders.Count == 0)
            {
                _touched.Clear();
            }
        }
    }

    private sealed class Holder(InUse owner, long since) : IDisposable
    {
        public long Since => since;

        public void Dispose() => owner.Release(this);
    }
}
