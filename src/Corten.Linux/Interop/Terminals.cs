using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>ioctl_tty(2), pts(4), termios(3).</summary>
internal static unsafe partial class Terminals
{
    public const nuint TCGETS = 0x5401, TCSETS = 0x5402, TIOCSCTTY = 0x540E, TIOCGWINSZ = 0x5413, TIOCSWINSZ = 0x5414, TIOCGPTPEER = 0x5441;
    public const nuint TIOCGPTN = 0x80045430, TIOCSPTLCK = 0x40045431;

    /// <summary>struct winsize.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct WindowSize
    {
        public ushort Rows, Columns, PixelsX, PixelsY;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int ioctl_value(int fd, nuint request, nint argument);
}
