using Corten.Oci.Errors;

namespace Corten.Daemon.Lifetime;

/// <summary>Keeps two daemons off one root: a lock on a file in it (flock(2)), which goes with the process, however it ends.</summary>
internal sealed class RootLock : IDisposable
{
    private const string FileName = "cortend.lock";

    private readonly FileStream _file;

    private RootLock(FileStream file) => _file = file;

    /// <exception cref="CortenException">Another daemon has it.</exception>
    public static RootLock Take(string root)
    {
        var path = Path.Combine(root, FileName);
        try
        {
            return new RootLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw CortenException.Conflict($"another daemon is using {root}: {path} is locked. Give each daemon roots of its own");
        }
    }

    public void Dispose() => _file.Dispose();
}
