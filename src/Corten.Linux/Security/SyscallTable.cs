using System.Runtime.InteropServices;

namespace Corten.Linux.Security;

/// <summary>An architecture that a filter can be asked about: its AUDIT_ARCH_* value (linux/audit.h) and its system calls by name.</summary>
/// <param name="Audit">What struct seccomp_data says it is.</param>
/// <param name="Numbers">Names to numbers.</param>
/// <param name="NumberBit">Set in every number of it: x32 shares x86-64's audit value.</param>
internal sealed record SyscallArchitecture(uint Audit, IReadOnlyDictionary<string, int> Numbers, uint NumberBit = 0);

/// <summary>
/// The kernel's names and numbers. A table is a string of names in the order of their numbers; <c>=N</c> says that the next has number N, a slash that
/// one number has several names.
/// </summary>
internal static partial class SyscallTable
{
    public const uint X32Bit = 0x40000000;

    private const uint AuditX64 = 0xC000003E, AuditX86 = 0x40000003, AuditArm64 = 0xC00000B7, AuditArm = 0x40000028;

    /// <summary>arch/x86/entry/syscalls/syscall_64.tbl, the x32 part: calls whose structures differ from x86-64's.</summary>
    private const string X32OnlyNames = """
        =512 rt_sigaction rt_sigreturn ioctl readv writev recvfrom sendmsg recvmsg execve ptrace rt_sigpending rt_sigtimedwait
        rt_sigqueueinfo sigaltstack timer_create mq_notify kexec_load waitid set_robust_list get_robust_list vmsplice move_pages preadv
        pwritev rt_tgsigqueueinfo recvmmsg sendmmsg process_vm_readv process_vm_writev setsockopt getsockopt io_setup io_submit execveat
        preadv2 pwritev2
        """;

    private static readonly Lazy<SyscallArchitecture> X64 = new(() => new(AuditX64, Parse(X64Names)));
    private static readonly Lazy<SyscallArchitecture> X32 = new(() => new(AuditX64, Parse(X64Names + " " + X32OnlyNames), X32Bit));
    private static readonly Lazy<SyscallArchitecture> X86 = new(() => new(AuditX86, Parse(X86Names)));
    private static readonly Lazy<SyscallArchitecture> Arm64 = new(() => new(AuditArm64, Parse(Arm64Names)));
    private static readonly Lazy<SyscallArchitecture> Arm = new(() => new(AuditArm, Parse(ArmNames)));

    /// <summary>The runtime-spec's words for architectures. A filter may name any; only the machine's own and those it can also run come to be.</summary>
    public static readonly IReadOnlyList<string> SpecNames =
    [
        "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32",
        "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64",
        "SCMP_ARCH_PPC64LE", "SCMP_ARCH_RISCV64", "SCMP_ARCH_S390", "SCMP_ARCH_S390X", "SCMP_ARCH_SH", "SCMP_ARCH_SHEB", "SCMP_ARCH_X32", "SCMP_ARCH_X86",
        "SCMP_ARCH_X86_64",
    ];

    public static string NativeName => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64";

    /// <summary>Null for one whose programs this machine can't run.</summary>
    public static SyscallArchitecture? Of(string specName) => (specName, NativeName) switch
    {
        ("SCMP_ARCH_X86_64", "SCMP_ARCH_X86_64") => X64.Value,
        ("SCMP_ARCH_X32", "SCMP_ARCH_X86_64") => X32.Value,
        ("SCMP_ARCH_X86", "SCMP_ARCH_X86_64") => X86.Value,
        ("SCMP_ARCH_AARCH64", "SCMP_ARCH_AARCH64") => Arm64.Value,
        ("SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64") => Arm.Value,
        _ => null,
    };

    internal static Dictionary<string, int> Parse(string names)
    {
        var table = new Dictionary<string, int>(512, StringComparer.Ordinal);
        int number = 0;
        foreach (string word in names.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word[0] == '=')
            {
                number = int.Parse(word.AsSpan(1), provider: System.Globalization.CultureInfo.InvariantCulture);
                continue;
            }
            foreach (string name in word.Split('/')) table[name] = number;
            number++;
        }
        return table;
    }
}
