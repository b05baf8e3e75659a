using Corten.Build.Solving;
using Corten.Oci.Image;

namespace Corten.Build.BuildKit;

/// <summary>
/// Clients' folders that are kept between builds, one for each shared key and name. A build has its folder to itself until it is over; a second one
/// meanwhile gets a folder of its own.
/// </summary>
internal sealed class ContextStore(BuildCache cache, BuildRoot root)
{
    private readonly HashSet<string> _taken = [];

    public Lease Take(string sharedKey, string name)
    {
        var key = Digest.Of(System.Text.Encoding.UTF8.GetBytes($"context {sharedKey}\0{name}")).ToString();
        lock (_taken)
        {
            if (sharedKey.Length == 0 || !_taken.Add(key))
            {
                var (uid, upper, _) = root.Begin();
                return new Lease(upper, root.FolderOf(uid), () => root.Discard(root.FolderOf(uid)));
            }
        }

        var pins = cache.Pins.Begin();
        var record = cache.Find(key, RecordTypes.LocalSource, pins) ?? Make(key, name, pins);
        cache.Touch([record.Id]);
        return new Lease(root.LayerOf(record.Uid), root.FolderOf(record.Uid), () =>
        {
            pins.Dispose();
            lock (_taken)
            {
                _taken.Remove(key);
            }
        });
    }

    private CacheRecord Make(string key, string name, RecordPins.PinSet pins)
    {
        var (uid, _, _) = root.Begin();
        var now = DateTime.UtcNow;
        return cache.Add(new CacheRecord
        {
            Id = 0, Uid = uid, Key = key, Type = RecordTypes.LocalSource, Parent = 0, Description = $"local source for {name}", Created = now, LastUsed = now, Uses = 0,
        }, [], pins);
    }

    /// <summary>A folder in use.</summary>
    internal sealed class Lease(string files, string folder, Action release) : IDisposable
    {
        private Action? _release = release;

        public string Files => files;

        public string Manifest => Path.Combine(folder, "manifest");

        public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
    }
}
