namespace Corten.Build.Solving;

/// <summary>The records of the cache that builds are using: nobody removes them meanwhile.</summary>
public sealed class RecordPins
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, int> _users = [];

    /// <summary>What one build uses; let go of it once its result has been exported.</summary>
    public PinSet Begin() => new(this);

    public bool Contains(long id)
    {
        lock (_lock)
        {
            return _users.ContainsKey(id);
        }
    }

    /// <summary>Does something while no record is found or removed by anyone else.</summary>
    internal T Exclusively<T>(Func<T> action)
    {
        lock (_lock)
        {
            return action();
        }
    }

    /// <summary>A build's pins.</summary>
    public sealed class PinSet(RecordPins owner) : IDisposable
    {
        private readonly HashSet<long> _ids = [];

        internal void Add(long id)
        {
            lock (owner._lock)
            {
                if (_ids.Add(id))
                {
                    owner._users[id] = owner._users.GetValueOrDefault(id) + 1;
                }
            }
        }

        public void Dispose()
        {
            lock (owner._lock)
            {
                foreach (var id in _ids)
                {
                    if (--owner._users[id] == 0)
                    {
                        owner._users.Remove(id);
                    }
                }

                _ids.Clear();
            }
        }
    }
}
