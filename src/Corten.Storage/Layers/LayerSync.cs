using Corten.Linux;
using Corten.Linux.Files;
using Corten.Storage.Metadata;
using Microsoft.Data.Sqlite;

namespace Corten.Storage.Layers;

/// <summary>
/// Brings layers to the disk behind their callers' backs. A layer whose archive is kept can be unpacked again, so nobody waits for its
/// thousands of files to be written: its row counts at once, marked with this boot's id, and the mark goes when the files are on the disk.
/// Found by a later boot, the mark says that the power failed in between, see <see cref="LayerStore.Suspects"/>.
/// </summary>
internal sealed class LayerSync(DataRoot root, Database database) : IDisposable
{
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private bool _again;
    private bool _ended;
    private int _holds;

    /// <summary>Changes with every start of the machine, not of the daemon: what a killed daemon wrote is in the kernel's hands all the same.</summary>
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Starts a round, or has the running one followed by another.</summary>
    public void Request()
    {
        lock (_gate)
        {
            _again = true;
            Start();
        }
    }

    /// <summary>
    /// No round starts until it is disposed of: for an operation that makes several layers and waits for the disk itself at its end, which would take
    /// as long as everything that a round has under way.
    /// </summary>
    public IDisposable Hold()
    {
        lock (_gate)
        {
            _holds++;
        }

        return new Holding(this);
    }

    /// <summary>Waits until everything that was requested is done; takes no more requests.</summary>
    public void Dispose()
    {
        Task running;
        lock (_gate)
        {
            _ended = true;
            running = _running;
        }

        running.Wait();
    }

    /// <summary>Under the lock.</summary>
    private void Start()
    {
        if (_again && _holds == 0 && !_ended && _running.IsCompleted)
        {
            _running = DiskWait.Run(Run);
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            _holds--;
            Start();
        }
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                if (!_again || _holds > 0)
                {
                    // Under the lock, so that a request that comes now finds the round ended.
                    _running = Task.CompletedTask;
                    return;
                }

                _again = false;
            }

            var marked = database.Read(db => db.Query("SELECT key FROM layers WHERE unsynced = ?1", static row => row.Text(0), BootId));
            if (marked.Count == 0)
            {
                continue;
            }

            try
            {
                Sync(marked);
            }
            catch (Exception e) when (e is LinuxException or SqliteException)
            {
                // The disk failed or is full. The marks stay, which is the truth: after a restart of the machine these layers are made again.
            }
        }
    }

    private void Sync(List<string> marked)
    {
        using (var folder = FileAt.Open(root.Layers, OpenFlags.ReadOnly | OpenFlags.Directory))
        {
            OpenFile.SyncFileSystem(folder);
        }

        database.Write(Durability.Relaxed, db =>
        {
            foreach (var key in marked)
            {
                db.Execute("UPDATE layers SET unsynced = NULL WHERE key = ?1", key);
            }
        });
    }

    private sealed class Holding(LayerSync sync) : IDisposable
    {
        private LayerSync? _sync = sync;

        public void Dispose() => Interlocked.Exchange(ref _sync, null)?.Release();
    }
}
