using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Interop;

/// <summary>xattr(7): by descriptor, and by path without following a link at its end.</summary>
internal static unsafe partial class ExtendedAttributeCalls
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsetxattr(SafeFileHandle file, byte* name, byte* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint fgetxattr(SafeFileHandle file, byte* name, byte* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint flistxattr(SafeFileHandle file, byte* list, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fremovexattr(SafeFileHandle file, byte* name);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int lsetxattr(byte* path, byte* name, byte* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint lgetxattr(byte* path, byte* name, byte* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint llistxattr(byte* path, byte* list, nuint size);
}
