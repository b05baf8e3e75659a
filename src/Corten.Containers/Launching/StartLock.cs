using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Containers.Launching;

/// <summary>
/// What is held by each start until its monitor can be found by its socket. The daemon sends a copy along with every request, so that the lock outlives a
/// daemon that is killed by just as long as its starts take; the next one waits for it, and then sees all of them.
/// </summary>
internal sealed class StartLock : IDisposable
{
    /// <summary>A start takes milliseconds; one that hangs in a mount must not keep the daemon from its other containers.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private StartLock(SafeFileHandle handle) => Handle = handle;

    /// <summary>For requests.</summary>
    public SafeFileHandle Handle { get; }

    /// <param name="path">The lock's file.</param>
    /// <param name="warn">Told when an earlier daemon's start does not come to an end.</param>
    public static StartLock Take(string path, Action<string> warn)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var handle = FileLock.Open(path);
        if (!FileLock.Take(handle, _patience))
        {
            warn($"a container's start that an earlier daemon asked for has not ended within {_patience.TotalSeconds} seconds: that container may run unseen until the next restart");
        }

        return new StartLock(handle);
    }

    public void Dispose() => Handle.Dispose();
}
