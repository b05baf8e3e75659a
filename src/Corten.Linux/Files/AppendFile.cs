using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Files;

/// <summary>A file that is only ever written at its end (O_APPEND), made with mode 0640 if missing.</summary>
public static class AppendFile
{
    public static SafeFileHandle Open(string path, out long size)
    {
        int fd = At.open(path, At.O_WRONLY | At.O_APPEND | At.O_CREAT | At.O_CLOEXEC, 0x1A0);
        if (fd < 0) LinuxException.ThrowLast("open", path);
        SafeFileHandle file = Descriptors.Own(fd);
        size = (long)FileFacts.Of(file).Size;
        return file;
    }
}
