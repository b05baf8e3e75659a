using System.Diagnostics;
using Corten.Oci.Errors;

namespace Corten.Daemon.Lifetime;

/// <summary>Keeps two daemons off one root: a lock on a file in it (flock(2)), which goes with the process, however it ends.</summary>
internal sealed class RootLock : IDisposable
{
    private const string FileName = "cortend.lock";

    /// <summary>How long a daemon that was killed may take to be gone: one of its threads may be in the middle of an fsync(2).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private RootLock(FileStream file) => _file = file;

    /// <exception cref="CortenException">Another daemon has it.</exception>
    public static RootLock Take(string root)
    {
        var path = Path.Combine(root, FileName);
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new RootLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (e is not DirectoryNotFoundException)
            {
                if (Stopwatch.GetElapsedTime(begun) > Patience)
                {
                    throw CortenException.Conflict($"another daemon is using {root}: {path} is locked. Give each daemon roots of its own");
                }

                Thread.Sleep(Pause);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
