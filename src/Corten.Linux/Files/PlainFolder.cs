using Corten.Linux.Interop;

namespace Corten.Linux.Files;

/// <summary>mkdir(2), which, unlike <see cref="Directory.CreateDirectory(string)"/>, tells who made the folder.</summary>
public static class PlainFolder
{
    /// <exception cref="LinuxException">EEXIST when something has that name.</exception>
    public static void Make(string path, uint permissions)
    {
        if (At.mkdirat(At.AT_FDCWD, path, permissions) < 0) LinuxException.ThrowLast("mkdir", path);
    }
}
