using Corten.Linux.Files;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Terminals;

namespace Corten.Linux.Terminals;

/// <summary>pts(4): a pair of master and slave, opened in a given devpts and reached by descriptors only.</summary>
public static unsafe class PseudoTerminal
{
    private const ulong DevptsMagic = 0x1CD1;

    /// <summary>
    /// Opens a pair in the devpts of <paramref name="root"/>: its <c>dev/pts/ptmx</c>, reached without leaving the root and checked to be a terminal
    /// multiplexer, since the file system is the container's to shape (CVE-2025-52565).
    /// </summary>
    public static (SafeFileHandle Master, SafeFileHandle Slave) Open(RootedFolder root)
    {
        using SafeFileHandle place = root.Open("dev/pts/ptmx", At.O_PATH);
        FileFacts facts = FileFacts.Of(place);
        if (facts.Kind != FileKind.CharacterDevice || facts.DeviceMajor != 5 || facts.DeviceMinor != 2 || FileFacts.FileSystem(place) != DevptsMagic)
        {
            throw new LinuxException(Errno.ENODEV, "open", "/dev/pts/ptmx");
        }
        int fd = At.open($"/proc/self/fd/{place.Number()}", At.O_RDWR | At.O_NOCTTY | At.O_CLOEXEC, 0);
        if (fd < 0) LinuxException.ThrowLast("open", "/dev/pts/ptmx");
        SafeFileHandle master = Descriptors.Own(fd);
        int unlocked = 0;
        if (Native.ioctl(fd, Native.TIOCSPTLCK, &unlocked) < 0) LinuxException.ThrowLast("ioctl", "TIOCSPTLCK");
        int slave = Native.ioctl_value(fd, Native.TIOCGPTPEER, At.O_RDWR | At.O_NOCTTY | At.O_CLOEXEC);
        if (slave < 0) LinuxException.ThrowLast("ioctl", "TIOCGPTPEER");
        return (master, Descriptors.Own(slave));
    }

    public static void Resize(SafeFileHandle terminal, ushort height, ushort width)
    {
        Native.WindowSize size = new() { Rows = height, Columns = width };
        if (Native.ioctl(terminal.Number(), Native.TIOCSWINSZ, &size) < 0) LinuxException.ThrowLast("ioctl", "TIOCSWINSZ");
    }

    /// <returns>Null when it is no terminal.</returns>
    public static (ushort Height, ushort Width)? Size(int terminal)
    {
        Native.WindowSize size;
        return Native.ioctl(terminal, Native.TIOCGWINSZ, &size) < 0 ? null : (size.Rows, size.Columns);
    }

    /// <summary>Makes it the controlling terminal of this process, which must lead a session without one.</summary>
    public static void MakeControlling(SafeFileHandle slave)
    {
        if (Native.ioctl_value(slave.Number(), Native.TIOCSCTTY, 0) < 0) LinuxException.ThrowLast("ioctl", "TIOCSCTTY");
    }

    /// <summary>cfmakeraw(3) for a person's terminal.</summary>
    /// <returns>The settings as they were, for <see cref="Restore"/>; null when it is no terminal.</returns>
    public static byte[]? MakeRaw(int terminal)
    {
        byte[] before = new byte[64];
        byte[] raw;
        fixed (byte* settings = before)
        {
            if (Native.ioctl(terminal, Native.TCGETS, settings) < 0) return null;
            raw = (byte[])before.Clone();
        }
        fixed (byte* settings = raw)
        {
            // struct termios: c_iflag, c_oflag, c_cflag, c_lflag, then c_line and c_cc. Masks as in termios(3) under cfmakeraw.
            uint* flags = (uint*)settings;
            flags[0] &= ~0x5EBu;
            flags[1] &= ~0x1u;
            flags[2] = (flags[2] & ~0x130u) | 0x30;
            flags[3] &= ~0x804Bu;
            settings[17 + 6] = 1;
            settings[17 + 5] = 0;
            if (Native.ioctl(terminal, Native.TCSETS, settings) < 0) LinuxException.ThrowLast("ioctl", "TCSETS");
        }
        return before;
    }

    public static void Restore(int terminal, byte[] settings)
    {
        fixed (byte* bytes = settings) Native.ioctl(terminal, Native.TCSETS, bytes);
    }
}
