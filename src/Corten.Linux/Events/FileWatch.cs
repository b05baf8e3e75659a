using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Events;

/// <summary>
/// Tells when a file may have more to read, or another file may have taken its name. What happens between two waits is not lost: it completes the
/// next one at once.
/// </summary>
public sealed class FileWatch : IDisposable
{
    private readonly SafeFileHandle _inotify;

    public FileWatch()
    {
        int fd = Inotify.inotify_init1(Inotify.IN_NONBLOCK | Inotify.IN_CLOEXEC);
        if (fd < 0) LinuxException.ThrowLast("inotify_init1");
        _inotify = Descriptors.Own(fd);
    }

    /// <summary>Watches what is at <paramref name="path"/> now; if it is renamed it stays watched.</summary>
    /// <returns>False when there is nothing.</returns>
    public bool TryAdd(string path)
    {
        const uint interest = Inotify.IN_MODIFY | Inotify.IN_ATTRIB | Inotify.IN_DELETE_SELF | Inotify.IN_MOVE_SELF;
        if (Inotify.inotify_add_watch(_inotify.Number(), path, interest) >= 0) return true;
        LinuxException failure = LinuxException.Last("inotify_add_watch", path);
        return failure.Errno == Errno.ENOENT ? false : throw failure;
    }

    /// <summary>Completes when anything watched has changed since the last wait.</summary>
    public async Task WaitAsync(EventLoop loop, CancellationToken cancellation)
    {
        await loop.WhenReadableAsync(_inotify, cancellation).ConfigureAwait(false);
        Drain();
    }

    public void Dispose() => _inotify.Dispose();

    private void Drain()
    {
        Span<byte> events = stackalloc byte[4096];
        while (Descriptor.Read(_inotify.Number(), events) > 0) { }
    }
}
