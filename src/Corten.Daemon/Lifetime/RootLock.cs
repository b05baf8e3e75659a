using Corten.Linux.Files;
using Corten.Oci.Errors;
using Microsoft.Win32.SafeHandles;

namespace Corten.Daemon.Lifetime;

/// <summary>Keeps two daemons off one root: a lock on a file in it (flock(2)), which goes with the process, however it ends.</summary>
internal sealed class RootLock : IDisposable
{
    private const string FileName = "cortend.lock";

    /// <summary>How long a daemon that was killed may take to be gone: one of its threads may be in the middle of an fsync(2).</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly SafeFileHandle _file;

    private RootLock(SafeFileHandle file) => _file = file;

    /// <exception cref="CortenException">Another daemon has it.</exception>
    public static RootLock Take(string root)
    {
        var path = Path.Combine(root, FileName);
        var file = FileLock.Open(path);
        if (FileLock.Take(file, _patience))
        {
            return new RootLock(file);
        }

        file.Dispose();
        throw CortenException.Conflict($"another daemon is using {root}: {path} is locked. Give each daemon roots of its own");
    }

    public void Dispose() => _file.Dispose();
}
