using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>poll(2), for what the runtime's own readiness engine does not tell.</summary>
public static partial class Poll
{
    private const short ErrorOrHangUp = 0x08 | 0x10 | 0x20; // POLLERR | POLLHUP | POLLNVAL
    private const int EINTR = 4;

    /// <summary>
    /// Whether a connected stream socket is shut in both directions, failed, or no socket any more. A peer that has only ended its own sending
    /// (POLLRDHUP) still listens, and is not hung up.
    /// </summary>
    public static bool IsHungUp(SafeHandle socket)
    {
        var added = false;
        try
        {
            socket.DangerousAddRef(ref added);
            var entry = new PollEntry { Descriptor = (int)socket.DangerousGetHandle() };
            int ready;
            do
            {
                ready = poll(ref entry, 1, 0);
            }
            while (ready < 0 && Marshal.GetLastPInvokeError() == EINTR);

            return ready < 0 || (entry.Returned & ErrorOrHangUp) != 0;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
        finally
        {
            if (added)
            {
                socket.DangerousRelease();
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Requested;
        public short Returned;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(ref PollEntry entries, nuint count, int timeout);
}
