using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>
/// The numbers that differ between x86-64 (asm/unistd_64.h, asm/fcntl.h) and arm64 (asm-generic/unistd.h, arch/arm64/include/uapi/asm/fcntl.h).
/// Calls from 424 on have one number everywhere.
/// </summary>
internal static class ArchitectureNumbers
{
    private static readonly bool Arm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static int O_DIRECTORY => Arm64 ? 0x4000 : 0x10000;
    public static int O_NOFOLLOW => Arm64 ? 0x8000 : 0x20000;

    public static nint NR_futex => Arm64 ? 98 : 202;
    public static nint NR_rt_sigaction => Arm64 ? 134 : 13;
    public static nint NR_rt_sigprocmask => Arm64 ? 135 : 14;
    public static nint NR_rt_sigtimedwait => Arm64 ? 137 : 128;
    public static nint NR_clone => Arm64 ? 220 : 56;
    public static nint NR_getcwd => Arm64 ? 17 : 79;
    public static nint NR_personality => Arm64 ? 92 : 135;
    public static nint NR_pivot_root => Arm64 ? 41 : 155;
    public static nint NR_setgroups => Arm64 ? 159 : 116;
    public static nint NR_setresuid => Arm64 ? 147 : 117;
    public static nint NR_setresgid => Arm64 ? 149 : 119;
    public static nint NR_capget => Arm64 ? 90 : 125;
    public static nint NR_capset => Arm64 ? 91 : 126;
    public static nint NR_add_key => Arm64 ? 217 : 248;
    public static nint NR_keyctl => Arm64 ? 219 : 250;
    public static nint NR_ioprio_set => Arm64 ? 30 : 251;
    public static nint NR_set_mempolicy => Arm64 ? 237 : 238;
    public static nint NR_sched_setaffinity => Arm64 ? 122 : 203;
    public static nint NR_sched_setattr => Arm64 ? 274 : 314;
    public static nint NR_seccomp => Arm64 ? 277 : 317;
    public static nint NR_bpf => Arm64 ? 280 : 321;
    public static nint NR_memfd_create => Arm64 ? 279 : 319;
    public static nint NR_execveat => Arm64 ? 281 : 322;
    public static nint NR_prlimit64 => Arm64 ? 261 : 302;
}
