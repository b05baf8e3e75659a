using System.Runtime.InteropServices;
using System.Text;
using Corten.Linux.Interop;

namespace Corten.Linux.Cgroups;

/// <summary>Reading and writing the small files of cgroupfs: one write(2) a value, since the kernel takes each write as a command.</summary>
public static class CgroupFile
{
    public static void Write(string folder, string file, string value)
    {
        if (!TryWrite(folder, file, value, out Errno errno)) throw new LinuxException(errno, "write", $"{folder}/{file}: {value}");
    }

    public static bool TryWrite(string folder, string file, string value, out Errno errno)
    {
        int fd = At.open($"{folder}/{file}", At.O_WRONLY | At.O_CLOEXEC, 0);
        if (fd < 0)
        {
            errno = (Errno)Marshal.GetLastPInvokeError();
            return false;
        }
        using var handle = Descriptors.Own(fd);
        return TryWrite(fd, value, out errno);
    }

    /// <summary>All values through one descriptor, for lists that are written line by line.</summary>
    public static void WriteEach(string folder, string file, IEnumerable<string> values)
    {
        int fd = At.open($"{folder}/{file}", At.O_WRONLY | At.O_CLOEXEC, 0);
        if (fd < 0) LinuxException.ThrowLast("open", $"{folder}/{file}");
        using var handle = Descriptors.Own(fd);
        foreach (string value in values)
        {
            if (!TryWrite(fd, value, out Errno errno)) throw new LinuxException(errno, "write", $"{folder}/{file}: {value}");
        }
    }

    /// <returns>Null when there is no such file.</returns>
    public static string? Read(string folder, string file)
    {
        int fd = At.open($"{folder}/{file}", At.O_RDONLY | At.O_CLOEXEC, 0);
        if (fd < 0) return null;
        using var handle = Descriptors.Own(fd);
        try
        {
            return Descriptor.ReadText(fd, 16 << 20).TrimEnd('\n');
        }
        catch (LinuxException e) when (e.Errno is Errno.ENODEV or Errno.EOPNOTSUPP)
        {
            // ENODEV: the group was removed meanwhile. EOPNOTSUPP: a threaded group has no cgroup.procs.
            return null;
        }
    }

    public static bool Exists(string folder, string file) => At.access($"{folder}/{file}", 0) >= 0;

    private static bool TryWrite(int fd, string value, out Errno errno)
    {
        Span<byte> bytes = stackalloc byte[256];
        bytes = Encoding.UTF8.TryGetBytes(value, bytes, out int length) ? bytes[..length] : Encoding.UTF8.GetBytes(value);
        try
        {
            Descriptor.Write(fd, bytes);
            errno = Errno.None;
            return true;
        }
        catch (LinuxException e)
        {
            errno = e.Errno;
            return false;
        }
    }
}
