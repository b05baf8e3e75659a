using System.Text;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Files;

/// <summary>The working folder and the root of this process.</summary>
public static class WorkingFolder
{
    public static void Enter(string path)
    {
        if (At.chdir(path) < 0) LinuxException.ThrowLast("chdir", path);
    }

    public static void Enter(SafeFileHandle folder)
    {
        if (At.fchdir(folder.Number()) < 0) LinuxException.ThrowLast("fchdir");
    }

    public static void ChangeRoot(string path)
    {
        if (At.chroot(path) < 0) LinuxException.ThrowLast("chroot", path);
    }

    /// <summary>Does the working folder lie below our root? The kernel's answer for one that does not begins with <c>(unreachable)</c> (CVE-2024-21626).</summary>
    public static unsafe bool IsInsideRoot()
    {
        const int size = 4096;
        byte* buffer = stackalloc byte[size];
        nint length = At.getcwd(ArchitectureNumbers.NR_getcwd, buffer, size);
        return length > 1 && Encoding.UTF8.GetString(buffer, (int)length - 1).StartsWith('/');
    }
}
