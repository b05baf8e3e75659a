using System.Runtime.InteropServices;
using Corten.Linux.Interop;

namespace Corten.Linux;

/// <summary>poll(2).</summary>
public static unsafe class Readiness
{
    /// <param name="handle">To be readable, ended or failed.</param>
    /// <param name="milliseconds">-1 for no limit.</param>
    /// <returns>False when the time ran out.</returns>
    public static bool Wait(SafeHandle handle, int milliseconds)
    {
        Descriptors.PollDescriptor wanted = new() { Descriptor = handle.Number(), Events = Descriptors.POLLIN };
        return Poll(&wanted, 1, milliseconds) > 0;
    }

    public static (bool First, bool Second) Either(SafeHandle first, SafeHandle second, int milliseconds)
    {
        var wanted = stackalloc Descriptors.PollDescriptor[2];
        wanted[0] = new() { Descriptor = first.Number(), Events = Descriptors.POLLIN };
        wanted[1] = new() { Descriptor = second.Number(), Events = Descriptors.POLLIN };
        Poll(wanted, 2, milliseconds);
        return (wanted[0].Returned != 0, wanted[1].Returned != 0);
    }

    /// <summary>Waits until one of <paramref name="requests"/> has something to tell.</summary>
    /// <returns>How many have; 0 when the time ran out.</returns>
    public static int Wait(Span<PollRequest> requests, int milliseconds)
    {
        fixed (PollRequest* wanted = requests) return Poll((Descriptors.PollDescriptor*)wanted, (nuint)requests.Length, milliseconds);
    }

    private static int Poll(Descriptors.PollDescriptor* wanted, nuint count, int milliseconds)
    {
        int ready;
        while ((ready = Descriptors.poll(wanted, count, milliseconds)) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR) LinuxException.ThrowLast("poll");
        }
        return ready;
    }
}
