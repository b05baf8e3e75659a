using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Processes;

/// <summary>signalfd(2): signals that are blocked, one after the other. They have to be blocked in every thread of the process.</summary>
public sealed unsafe class SignalQueue : IDisposable
{
    /// <summary>sizeof(struct signalfd_siginfo); it begins with the number.</summary>
    private const int InfoSize = 128;

    private readonly SafeFileHandle _handle;

    public SignalQueue(ulong mask)
    {
        int fd = Signals.signalfd(-1, &mask, Descriptors.O_CLOEXEC);
        if (fd < 0) LinuxException.ThrowLast("signalfd");
        _handle = Descriptors.Own(fd);
    }

    /// <summary>Waits for the next one.</summary>
    public int Next()
    {
        Span<byte> info = stackalloc byte[InfoSize];
        while (Descriptor.Read(_handle.Number(), info) < InfoSize)
        {
        }
        return BitConverter.ToInt32(info);
    }

    public void Dispose() => _handle.Dispose();
}
