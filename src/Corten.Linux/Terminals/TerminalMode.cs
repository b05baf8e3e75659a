using Corten.Linux.Interop;

namespace Corten.Linux.Terminals;

/// <summary>
/// A terminal's line discipline: read once, set to raw and put back (termios(3), cfmakeraw). The layout is the kernel's
/// <c>struct termios</c> of TCGETS, which is the same on x86-64 and arm64: four flag words, a line byte, 19 control characters.
/// </summary>
public sealed unsafe class TerminalMode
{
    private const int Size = 36;
    private const int ControlCharacters = 17;
    private const int VTIME = 5, VMIN = 6;
    private const uint IGNBRK = 0x1, BRKINT = 0x2, PARMRK = 0x8, ISTRIP = 0x20, INLCR = 0x40, IGNCR = 0x80, ICRNL = 0x100, IXON = 0x400;
    private const uint OPOST = 0x1, CSIZE = 0x30, CS8 = 0x30, PARENB = 0x100;
    private const uint ISIG = 0x1, ICANON = 0x2, ECHO = 0x8, ECHONL = 0x40, IEXTEN = 0x8000;

    private readonly int descriptor;
    private readonly byte[] saved;

    private TerminalMode(int descriptor, byte[] saved)
    {
        this.descriptor = descriptor;
        this.saved = saved;
    }

    public static bool IsTerminal(int descriptor)
    {
        var state = stackalloc byte[Size + 32];
        return Interop.Terminals.ioctl(descriptor, Interop.Terminals.TCGETS, state) == 0;
    }

    /// <summary>Remembers the terminal's present mode.</summary>
    /// <exception cref="LinuxException">The descriptor is no terminal.</exception>
    public static TerminalMode Save(int descriptor)
    {
        var state = stackalloc byte[Size + 32];
        if (Interop.Terminals.ioctl(descriptor, Interop.Terminals.TCGETS, state) < 0)
        {
            LinuxException.ThrowLast("tcgetattr");
        }
        return new TerminalMode(descriptor, new ReadOnlySpan<byte>(state, Size).ToArray());
    }

    /// <summary>Every key arrives as it is typed; nothing is echoed and nothing is translated in either direction.</summary>
    public void SetRaw(bool keepOutput = false)
    {
        var state = stackalloc byte[Size + 32];
        saved.CopyTo(new Span<byte>(state, Size));
        var flags = (uint*)state;
        flags[0] &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
        flags[1] &= keepOutput ? ~0u : ~OPOST;
        flags[2] = (flags[2] & ~(CSIZE | PARENB)) | CS8;
        flags[3] &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
        state[ControlCharacters + VMIN] = 1;
        state[ControlCharacters + VTIME] = 0;
        Apply(state);
    }

    /// <summary>What is typed is not shown: for passwords.</summary>
    public void SetSilent()
    {
        var state = stackalloc byte[Size + 32];
        saved.CopyTo(new Span<byte>(state, Size));
        ((uint*)state)[3] &= ~ECHO;
        Apply(state);
    }

    /// <summary>Puts the remembered mode back. May be called often, and from any thread.</summary>
    public void Restore()
    {
        fixed (byte* state = saved)
        {
            Apply(state);
        }
    }

    private void Apply(byte* state)
    {
        while (Interop.Terminals.ioctl(descriptor, Interop.Terminals.TCSETS, state) < 0)
        {
            var errno = (Errno)System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                throw new LinuxException(errno, "tcsetattr");
            }
        }
    }
}
