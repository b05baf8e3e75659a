using Corten.Linux.Processes;

namespace Corten.Daemon.Lifetime;

/// <summary>
/// Gives memory back to the machine once no request has come for a while: the heap grows to what the busiest moment needed, and the collector sees no
/// reason of its own to shrink it while nothing is allocated.
/// </summary>
internal sealed class IdleMemory : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly Timer _timer;

    /// <param name="release">Lets go of what else is kept for the next request.</param>
    public IdleMemory(Action release) => _timer = new Timer(_ => GiveBack(release), state: null, Quiet, Timeout.InfiniteTimeSpan);

    /// <summary>A request was answered: the time counts from now.</summary>
    public void Postpone() => _timer.Change(Quiet, Timeout.InfiniteTimeSpan);

    /// <summary>Waits for what is under way: the database is closed next.</summary>
    public void Dispose()
    {
        using var ended = new ManualResetEvent(false);
        if (_timer.Dispose(ended))
        {
            ended.WaitOne();
        }
    }

    private static void GiveBack(Action release)
    {
        release();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }
}
