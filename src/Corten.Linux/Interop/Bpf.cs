using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>seccomp(2) and bpf(2).</summary>
internal static unsafe partial class Bpf
{
    public const int SECCOMP_SET_MODE_FILTER = 1, SECCOMP_GET_ACTION_AVAIL = 2;
    public const int BPF_PROG_LOAD = 5, BPF_PROG_ATTACH = 8, BPF_PROG_DETACH = 9, BPF_PROG_QUERY = 16, BPF_PROG_GET_FD_BY_ID = 13;

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FilterProgram
    {
        public ushort Length;
        public ulong* Instructions;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint seccomp(nint number, uint operation, uint flags, void* argument);

    public static int Seccomp(uint operation, uint flags, void* argument) => (int)seccomp(ArchitectureNumbers.NR_seccomp, operation, flags, argument);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint bpf(nint number, int command, void* attributes, uint size);

    public static int Call(int command, void* attributes, uint size) => (int)bpf(ArchitectureNumbers.NR_bpf, command, attributes, size);
}
