using Corten.Linux.Cgroups;
using Corten.Oci.Runtime;

namespace Corten.Linux.Tests.Cgroups;

/// <summary>The eBPF program asked about devices by a small machine of the test's own.</summary>
public sealed class DeviceProgramTests
{
    private const int Block = 1, Char = 2, Mknod = 1, Read = 2, Write = 4;

    private static readonly DeviceRule[] Rules =
    [
        new() { Allow = false, Access = "rwm" },
        new() { Allow = true, Type = "c", Major = 1, Minor = 3, Access = "rwm" },
        new() { Allow = true, Type = "c", Major = 5, Access = "r" },
        new() { Allow = true, Type = "b", Access = "m" },
        new() { Allow = false, Type = "b", Major = 8 },
    ];

    [Theory]
    [InlineData(Char, Read | Write, 1, 3, true)]
    [InlineData(Char, Read, 1, 4, false)]
    [InlineData(Block, Read, 1, 3, false)]
    [InlineData(Char, Read, 5, 77, true)]
    [InlineData(Char, Read | Write, 5, 77, false)]
    [InlineData(Block, Mknod, 7, 0, true)]
    [InlineData(Block, Mknod, 8, 0, false)]
    public void The_last_rule_that_fits_decides(int type, int access, int major, int minor, bool allowed)
        => Assert.Equal(allowed, Run(DeviceProgram.Compile(Rules), type, access, major, minor));

    [Fact]
    public void A_rule_for_everything_ends_the_program()
    {
        ulong[] code = DeviceProgram.Compile([new DeviceRule { Allow = false }, new DeviceRule { Allow = true, Type = "a", Access = "rwm" }]);
        Assert.Equal(8, code.Length);
        Assert.True(Run(code, Block, Read | Write | Mknod, 99, 99));
    }

    private static bool Run(ulong[] code, int type, int access, int major, int minor)
    {
        uint[] context = [(uint)(type | access << 16), (uint)major, (uint)minor];
        uint[] registers = new uint[11];
        for (int at = 0; ; at++)
        {
            ulong instruction = code[at];
            int destination = (int)(instruction >> 8 & 15), source = (int)(instruction >> 12 & 15);
            short offset = (short)(instruction >> 16);
            uint immediate = (uint)(instruction >> 32);
            switch ((byte)instruction)
            {
                case 0x61: registers[destination] = context[offset / 4]; break;
                case 0xB7: registers[destination] = immediate; break;
                case 0xBC: registers[destination] = registers[source]; break;
                case 0x54: registers[destination] &= immediate; break;
                case 0x74: registers[destination] >>= (int)immediate; break;
                case 0x56: at += registers[destination] != immediate ? offset : 0; break;
                case 0x5E: at += registers[destination] != registers[source] ? offset : 0; break;
                case 0x95: return registers[0] == 1;
                default: throw new InvalidOperationException($"instruction {instruction:x}");
            }
        }
    }
}
