using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>setns(2), unshare(2), ioctl_nsfs(2), sethostname(2).</summary>
internal static unsafe partial class Namespaces
{
    /// <summary>NS_GET_NSTYPE: the CLONE_NEW* flag of the namespace behind a descriptor.</summary>
    public const nuint NS_GET_NSTYPE = 0xB703;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setns(int fd, int types);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sethostname(byte* name, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setdomainname(byte* name, nint length);
}
