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
                return new Lease(null, upper, root.FolderOf(uid), () => root.Discard(root.FolderOf(uid)));
            }
        }

        var pins = cache.Pins.Begin();
        var record = cache.Find(key, RecordTypes.LocalSource, pins) ?? Make(key, name, pins);
        cache.Touch([record.Id]);
        return new Lease(record.Uid, root.LayerOf(record.Uid), root.FolderOf(record.Uid), () =>
        {
            pins.Dispose();
            lock (_taken)
            {
                _taken.Remove(key);
            }
        });
    }

    /// <summary>A kept context has changed: what was worked out about it before is void.</summary>
    public void Forget(string uid) => cache.ForgetSelections(uid);

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
    /// <param name="uid">Of the record that keeps it; null if it goes away after the build.</param>
    /// <param name="files">Where the files are.</param>
    /// <param name="folder">What it is in.</param>
    /// <param name="release">Lets go of it.</param>
    internal sealed class Lease(string? uid, string files, string folder, Action release) : IDisposable
    {
        private Action? _release = release;

        public string? Uid => uid;

        public string Files => files;

        public string Manifest => Path.Combine(folder, "manifest");

        public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
    }
}
