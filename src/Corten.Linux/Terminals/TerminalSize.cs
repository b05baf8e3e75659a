namespace Corten.Linux.Terminals;

/// <summary>A terminal's size in characters.</summary>
public readonly unsafe record struct TerminalSize(int Rows, int Columns)
{
    /// <returns>Null if the descriptor is no terminal, or one that does not know its size.</returns>
    public static TerminalSize? Of(int descriptor)
    {
        Interop.Terminals.WindowSize size;
        if (Interop.Terminals.ioctl(descriptor, Interop.Terminals.TIOCGWINSZ, &size) < 0 || (size.Rows == 0 && size.Columns == 0))
        {
            return null;
        }
        return new TerminalSize(size.Rows, size.Columns);
    }
}
