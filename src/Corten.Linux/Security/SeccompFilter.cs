using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Security;

/// <summary>A compiled seccomp filter (seccomp(2)): classic BPF over the number and arguments of each system call.</summary>
/// <param name="Instructions">struct sock_filter, eight bytes each.</param>
/// <param name="Flags">SECCOMP_FILTER_FLAG_*.</param>
/// <param name="ListenerPath">For SCMP_ACT_NOTIFY: the socket to send the listener's descriptor to.</param>
/// <param name="ListenerMetadata">What is sent along with it.</param>
public sealed record SeccompFilter(ulong[] Instructions, uint Flags, string? ListenerPath, string? ListenerMetadata)
{
    public const uint Tsync = 1, Log = 2, SpecAllow = 4, NewListener = 8, WaitKillableReceive = 32;

    public bool Notifies => (Flags & NewListener) != 0;

    /// <summary>Puts the calling thread, and whatever it executes, under the filter. It can't be taken off again.</summary>
    /// <returns>The listener, for a filter that notifies.</returns>
    public unsafe SafeFileHandle? Install()
    {
        fixed (ulong* instructions = Instructions)
        {
            Bpf.FilterProgram program = new() { Length = (ushort)Instructions.Length, Instructions = instructions };
            int result = Bpf.Seccomp(Bpf.SECCOMP_SET_MODE_FILTER, Flags, &program);
            if (result < 0) LinuxException.ThrowLast("seccomp");
            return Notifies ? Descriptors.Own(result) : null;
        }
    }
}
