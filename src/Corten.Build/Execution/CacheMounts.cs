using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Solving;
using Corten.Linux.Files;
using Corten.Oci.Image;
using Corten.Storage.Archive;

namespace Corten.Build.Execution;

/// <summary>
/// The folders of <c>RUN --mount=type=cache</c>: one for each identity, kept between builds. <c>shared</c> is given to all at once,
/// <c>locked</c> to one after another, <c>private</c> as a new folder to whoever comes while it is in use.
/// </summary>
public sealed class CacheMounts(BuildCache cache, BuildRoot root)
{
    private readonly Dictionary<string, State> _states = [];

    /// <summary>A folder in use; give it back by disposing.</summary>
    public async Task<Lease> TakeAsync(RunMount mount, Action<string>? fill, CancellationToken cancellation)
    {
        var sharing = mount.Sharing ?? CacheSharing.Shared;
        while (true)
        {
            State state;
            lock (_states)
            {
                if (!_states.TryGetValue(mount.Id, out state!))
                {
                    _states[mount.Id] = state = new State();
                }

                var busy = state.Users > 0;
                if (!busy || (sharing == CacheSharing.Shared && !state.Exclusive))
                {
                    state.Users++;
                    state.Exclusive = sharing == CacheSharing.Locked;
                    return Open(mount, mount.Id, fill, () => Leave(state));
                }

                if (sharing == CacheSharing.Private)
                {
                    return Open(mount, $"{mount.Id}#{BuildRoot.NewUid()}", fill, () => { });
                }
            }

            await state.Freed.WaitAsync(cancellation);
            state.Freed.Release();
            await Task.Yield();
        }
    }

    private void Leave(State state)
    {
        lock (_states)
        {
            if (--state.Users == 0)
            {
                state.Exclusive = false;
                // Wakes whoever waits; the next to come finds the count at one and passes it on.
                if (state.Freed.CurrentCount == 0)
                {
                    state.Freed.Release();
                }

                state.Freed = new SemaphoreSlim(0);
            }
        }
    }

    private Lease Open(RunMount mount, string id, Action<string>? fill, Action leave)
    {
        var key = Digest.Of(System.Text.Encoding.UTF8.GetBytes("cachemount " + id)).ToString();
        var pins = cache.Pins.Begin();
        var known = cache.Find(key, RecordTypes.CacheMount, pins);
        if (known is null)
        {
            var (uid, upper, _) = root.Begin();
            if (fill is not null)
            {
                fill(upper);
            }
            else
            {
                using var folder = FileAt.Open(upper, OpenFlags.ReadOnly | OpenFlags.Directory);
                OpenFile.ChangeOwner(folder, mount.Uid ?? 0, mount.Gid ?? 0);
                OpenFile.ChangeMode(folder, mount.Mode ?? 0x1ED); // 0755
            }

            var now = DateTime.UtcNow;
            known = cache.Add(new CacheRecord
            {
                Id = 0, Uid = uid, Key = key, Type = RecordTypes.CacheMount, Parent = 0, Created = now, LastUsed = now, Uses = 0,
                Description = $"cached mount {mount.Target} from exec",
            }, [], pins);
        }

        cache.Touch([known.Id]);
        return new Lease(root.LayerOf(known.Uid), () =>
        {
            leave();
            cache.SetSize(known.Id, TreeUsage.Of(root.LayerOf(known.Uid)).Bytes);
            pins.Dispose();
        });
    }

    private sealed class State
    {
        public int Users { get; set; }

        public bool Exclusive { get; set; }

        public SemaphoreSlim Freed { get; set; } = new(0);
    }

    /// <summary>A cache folder that is in use.</summary>
    public sealed class Lease(string path, Action release) : IDisposable
    {
        private Action? _release = release;

        public string Path => path;

        public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
    }
}
