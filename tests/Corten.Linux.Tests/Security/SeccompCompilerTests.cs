using Corten.Linux.Security;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Linux.Tests.Security;

public sealed class SeccompCompilerTests
{
    private const uint X64 = 0xC000003E, X86 = 0x40000003, Allow = 0x7FFF0000, KillProcess = 0x80000000;

    private static uint Errno(uint number) => 0x50000 | number;

    private static SeccompRule Rule(string name, string action, params SeccompArgument[] arguments) => new() { Names = [name], Action = action, Args = arguments };

    private static SeccompFilter Compile(string defaultAction, params SeccompRule[] rules)
        => SeccompCompiler.Compile(new SeccompSpec { DefaultAction = defaultAction, Syscalls = rules, Architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"] });

    [Fact]
    public void Named_calls_are_allowed_others_get_the_default_and_newer_ones_do_not_exist()
    {
        SeccompFilter filter = Compile("SCMP_ACT_ERRNO", Rule("read", "SCMP_ACT_ALLOW"), Rule("close", "SCMP_ACT_ALLOW"), Rule("openat2", "SCMP_ACT_ALLOW"), Rule("nonesuch", "SCMP_ACT_ALLOW"));
        Assert.Equal(Allow, BpfMachine.Run(filter, 0, X64));
        Assert.Equal(Errno(1), BpfMachine.Run(filter, 1, X64));
        Assert.Equal(Allow, BpfMachine.Run(filter, 3, X64));
        Assert.Equal(Allow, BpfMachine.Run(filter, 437, X64));
        Assert.Equal(Errno(38), BpfMachine.Run(filter, 438, X64));
    }

    [Fact]
    public void Numbers_mean_what_they_mean_in_each_architecture()
    {
        SeccompFilter filter = Compile("SCMP_ACT_ERRNO", Rule("read", "SCMP_ACT_ALLOW"));
        Assert.Equal(Allow, BpfMachine.Run(filter, 3, X86));
        Assert.Equal(Errno(1), BpfMachine.Run(filter, 0, X86));
        Assert.Equal(KillProcess, BpfMachine.Run(filter, 0, 0xC00000B7));
        // x32 was not named.
        Assert.Equal(Errno(38), BpfMachine.Run(filter, 0x40000000, X64));
    }

    [Theory]
    [InlineData("SCMP_CMP_EQ", 0x1_0000_0005, 0, new ulong[] { 0x1_0000_0005 }, new ulong[] { 5, 0x1_0000_0006, 0x2_0000_0005 })]
    [InlineData("SCMP_CMP_NE", 0x1_0000_0005, 0, new ulong[] { 5, 0x1_0000_0006, 0x2_0000_0005 }, new ulong[] { 0x1_0000_0005 })]
    [InlineData("SCMP_CMP_GT", 0x1_0000_0005, 0, new ulong[] { 0x1_0000_0006, 0x2_0000_0000 }, new ulong[] { 0x1_0000_0005, 0x1_0000_0004, 0xFFFF_FFFF })]
    [InlineData("SCMP_CMP_GE", 0x1_0000_0005, 0, new ulong[] { 0x1_0000_0005, 0x2_0000_0000 }, new ulong[] { 0x1_0000_0004, 0xFFFF_FFFF })]
    [InlineData("SCMP_CMP_LT", 0x1_0000_0005, 0, new ulong[] { 0x1_0000_0004, 0xFFFF_FFFF }, new ulong[] { 0x1_0000_0005, 0x2_0000_0000 })]
    [InlineData("SCMP_CMP_LE", 0x1_0000_0005, 0, new ulong[] { 0x1_0000_0005, 0 }, new ulong[] { 0x1_0000_0006, 0x2_0000_0000 })]
    [InlineData("SCMP_CMP_MASKED_EQ", 0xF_0000_000F, 0x1_0000_0002, new ulong[] { 0x1_0000_0002, 0xF1_0000_00F2 }, new ulong[] { 2, 0x1_0000_0003 })]
    public void Conditions_compare_all_64_bits(string op, ulong value, ulong valueTwo, ulong[] holds, ulong[] fails)
    {
        SeccompFilter filter = Compile("SCMP_ACT_ERRNO", Rule("ioctl", "SCMP_ACT_ALLOW", new SeccompArgument { Index = 2, Value = value, ValueTwo = valueTwo, Op = op }));
        foreach (ulong argument in holds) Assert.Equal(Allow, BpfMachine.Run(filter, 16, X64, 0, 0, argument));
        foreach (ulong argument in fails) Assert.Equal(Errno(1), BpfMachine.Run(filter, 16, X64, 0, 0, argument));
    }

    [Fact]
    public void Conditions_of_an_entry_all_hold_entries_are_alternatives_and_a_repeated_argument_is_too()
    {
        static SeccompArgument Is(uint index, ulong value) => new() { Index = index, Value = value, Op = "SCMP_CMP_EQ" };
        SeccompFilter both = Compile("SCMP_ACT_ERRNO", Rule("socket", "SCMP_ACT_ALLOW", Is(0, 1), Is(1, 2)), Rule("socket", "SCMP_ACT_LOG", Is(0, 9)));
        Assert.Equal(Allow, BpfMachine.Run(both, 41, X64, 1, 2));
        Assert.Equal(Errno(1), BpfMachine.Run(both, 41, X64, 1, 3));
        Assert.Equal(0x7FFC0000u, BpfMachine.Run(both, 41, X64, 9, 3));
        SeccompFilter either = Compile("SCMP_ACT_ERRNO", Rule("personality", "SCMP_ACT_ALLOW", Is(0, 0), Is(0, 8)));
        Assert.Equal(Allow, BpfMachine.Run(either, 135, X64, 0));
        Assert.Equal(Allow, BpfMachine.Run(either, 135, X64, 8));
        Assert.Equal(Errno(1), BpfMachine.Run(either, 135, X64, 7));
    }

    [Theory]
    [InlineData("SCMP_ACT_KILL", 0u)]
    [InlineData("SCMP_ACT_KILL_THREAD", 0u)]
    [InlineData("SCMP_ACT_KILL_PROCESS", 0x80000000u)]
    [InlineData("SCMP_ACT_TRAP", 0x30000u)]
    [InlineData("SCMP_ACT_ERRNO", 0x50001u)]
    [InlineData("SCMP_ACT_TRACE", 0x7FF00001u)]
    [InlineData("SCMP_ACT_LOG", 0x7FFC0000u)]
    public void Every_action_has_its_value(string action, uint expected)
        => Assert.Equal(expected, BpfMachine.Run(Compile("SCMP_ACT_ALLOW", Rule("read", action)), 0, X64));

    [Fact]
    public void Notify_asks_for_a_listener_and_needs_somewhere_to_send_it()
    {
        var spec = new SeccompSpec { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [Rule("mkdir", "SCMP_ACT_NOTIFY")], ListenerPath = "/x" };
        Assert.True(SeccompCompiler.Compile(spec).Notifies);
        Assert.Throws<CortenException>(() => SeccompCompiler.Compile(spec with { ListenerPath = null }));
        Assert.Throws<CortenException>(() => SeccompCompiler.Compile(spec with { Syscalls = [Rule("write", "SCMP_ACT_NOTIFY")] }));
        Assert.Throws<CortenException>(() => SeccompCompiler.Compile(new SeccompSpec { DefaultAction = "SCMP_ACT_NOTIFY" }));
    }

    [Fact]
    public void Words_that_are_none_are_refused()
    {
        Assert.Throws<CortenException>(() => Compile("SCMP_ACT_MAYBE"));
        Assert.Throws<CortenException>(() => Compile("SCMP_ACT_ALLOW", Rule("read", "SCMP_ACT_ALLOW") with { ErrnoRet = 1 }));
        Assert.Throws<CortenException>(() => Compile("SCMP_ACT_ALLOW", Rule("read", "SCMP_ACT_ERRNO", new SeccompArgument { Op = "SCMP_CMP_XX" })));
        Assert.Throws<CortenException>(() => Compile("SCMP_ACT_ALLOW", Rule("read", "SCMP_ACT_ERRNO", new SeccompArgument { Index = 6, Op = "SCMP_CMP_EQ" })));
        Assert.Throws<CortenException>(() => SeccompCompiler.Compile(new SeccompSpec { DefaultAction = "SCMP_ACT_ALLOW", Architectures = ["SCMP_ARCH_Z80"] }));
        Assert.Throws<CortenException>(() => SeccompCompiler.Compile(new SeccompSpec { DefaultAction = "SCMP_ACT_ALLOW", Flags = ["SECCOMP_FILTER_FLAG_X"] }));
    }

    [Fact]
    public void Tables_know_the_numbers_of_both_ends()
    {
        foreach (string name in new[] { "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_X86" })
        {
            IReadOnlyDictionary<string, int> numbers = SyscallTable.Of(name)!.Numbers;
            Assert.Equal(437, numbers["openat2"]);
            Assert.Equal(469, numbers["file_setattr"]);
        }
        Assert.Equal(520, SyscallTable.Of("SCMP_ARCH_X32")!.Numbers["execve"]);
        Assert.Null(SyscallTable.Of("SCMP_ARCH_S390X"));
    }
}
