namespace Corten.Storage;

/// <summary>
/// Runs what waits for the disk on a thread of its own. A sync takes milliseconds on a quiet machine and seconds beside something that writes; threads of the pool, of
/// which there are as many as processors, must not be held by it: everything else would wait until the pool, twice a second, adds another.
/// </summary>
internal static class DiskWait
{
    public static Task Run(Action wait) =>
        Task.Factory.StartNew(wait, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    public static Task<T> Run<T>(Func<T> wait) =>
        Task.Factory.StartNew(wait, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
