using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Interop;

/// <summary>ioctl_ficlone(2): a file that shares another's blocks until one of them is written.</summary>
public static partial class Reflink
{
    private const nuint FICLONE = 0x40049409;

    /// <summary>Makes <paramref name="target"/> share the whole of <paramref name="source"/>.</summary>
    /// <returns>False where the file system, or this pair of files, can't.</returns>
    public static bool TryClone(SafeFileHandle source, SafeFileHandle target)
    {
        var held = false;
        try
        {
            source.DangerousAddRef(ref held);
            return ioctl(target, FICLONE, source.DangerousGetHandle()) == 0;
        }
        finally
        {
            if (held)
            {
                source.DangerousRelease();
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle file, nuint request, nint argument);
}
