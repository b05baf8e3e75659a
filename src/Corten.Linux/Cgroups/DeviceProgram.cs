using System.Text;
using Corten.Linux.Interop;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Linux.Cgroups;

/// <summary>
/// Device rules on cgroup v2: an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE, asked for every open and mknod (linux/bpf.h, struct
/// bpf_cgroup_dev_ctx). The last rule that fits decides, so the program tests them backwards.
/// </summary>
internal static unsafe class DeviceProgram
{
    private const int BPF_PROG_TYPE_CGROUP_DEVICE = 15, BPF_CGROUP_DEVICE = 6, BPF_F_ALLOW_MULTI = 2;
    private const int DeviceBlock = 1, DeviceChar = 2, AccessMknod = 1, AccessRead = 2, AccessWrite = 4;

    /// <summary>Registers: r1 is the context on entry; the rest are ours.</summary>
    private const int R0 = 0, R1 = 1, Type = 2, Access = 3, Major = 4, Minor = 5, Scratch = 6;

    /// <summary>Opcodes (linux/bpf_common.h, linux/bpf.h).</summary>
    private const byte LoadWord = 0x61, MoveImmediate = 0xB7, MoveRegister32 = 0xBC, And32 = 0x54, ShiftRight32 = 0x74, JumpNotEqual32 = 0x56, JumpNotEqualRegister32 = 0x5E, Exit = 0x95;

    /// <summary>Attaches a program for <paramref name="rules"/> to the group at <paramref name="folder"/>, and takes away those attached before.</summary>
    public static void Attach(string folder, IEnumerable<DeviceRule> rules)
    {
        int group = At.open(folder, At.O_RDONLY | ArchitectureNumbers.O_DIRECTORY | At.O_CLOEXEC, 0);
        if (group < 0) LinuxException.ThrowLast("open", folder);
        using var groupHandle = Descriptors.Own(group);
        int program = Load(Compile(rules));
        using var programHandle = Descriptors.Own(program);
        uint[] before = Attached(group);
        Change(Bpf.BPF_PROG_ATTACH, group, program, BPF_F_ALLOW_MULTI, folder);
        foreach (uint id in before)
        {
            int old = ById(id);
            if (old < 0) continue;
            using var oldHandle = Descriptors.Own(old);
            Change(Bpf.BPF_PROG_DETACH, group, old, 0, folder);
        }
    }

    /// <summary>The instructions, eight bytes each: opcode, registers, offset, immediate.</summary>
    internal static ulong[] Compile(IEnumerable<DeviceRule> rules)
    {
        List<ulong> code =
        [
            // access_type: kind of access in the upper half, of device in the lower.
            Instruction(LoadWord, Type, R1, 0, 0),
            Instruction(MoveRegister32, Access, Type, 0, 0),
            Instruction(And32, Type, 0, 0, 0xFFFF),
            Instruction(ShiftRight32, Access, 0, 0, 16),
            Instruction(LoadWord, Major, R1, 4, 0),
            Instruction(LoadWord, Minor, R1, 8, 0),
        ];
        foreach (DeviceRule rule in rules.Reverse())
        {
            List<ulong> block = Block(rule);
            bool always = block.Count == 2;
            code.AddRange(block);
            if (always) return [.. code];
        }
        code.AddRange(Verdict(allow: false));
        return [.. code];
    }

    /// <summary>One rule: jumps past itself as soon as something does not fit, else decides.</summary>
    private static List<ulong> Block(DeviceRule rule)
    {
        List<(int Register, bool IsRegister, int Value)> tests = [];
        int kind = rule.Type switch
        {
            "c" or "u" => DeviceChar,
            "b" => DeviceBlock,
            null or "" or "a" => 0,
            var other => throw CortenException.Invalid($"invalid device type {other}"),
        };
        if (kind != 0) tests.Add((Type, false, kind));
        string access = DeviceRules.Access(rule);
        int mask = (access.Contains('r') ? AccessRead : 0) | (access.Contains('w') ? AccessWrite : 0) | (access.Contains('m') ? AccessMknod : 0);
        bool partial = mask != (AccessRead | AccessWrite | AccessMknod);
        if (partial) tests.Add((Scratch, true, Access));
        if (rule.Major is >= 0) tests.Add((Major, false, (int)rule.Major.Value));
        if (rule.Minor is >= 0) tests.Add((Minor, false, (int)rule.Minor.Value));
        // The jump counts the instructions between it and the block's end.
        int length = tests.Count + (partial ? 2 : 0) + 2;
        List<ulong> block = [];
        foreach (var (register, isRegister, value) in tests)
        {
            if (register == Scratch)
            {
                // A rule for some kinds of access fits only a request that asks for none besides.
                block.Add(Instruction(MoveRegister32, Scratch, Access, 0, 0));
                block.Add(Instruction(And32, Scratch, 0, 0, mask));
            }
            short jump = (short)(length - block.Count - 1);
            block.Add(isRegister ? Instruction(JumpNotEqualRegister32, register, value, jump, 0) : Instruction(JumpNotEqual32, register, 0, jump, value));
        }
        block.AddRange(Verdict(rule.Allow));
        return block;
    }

    private static ulong[] Verdict(bool allow) => [Instruction(MoveImmediate, R0, 0, 0, allow ? 1 : 0), Instruction(Exit, 0, 0, 0, 0)];

    private static ulong Instruction(byte opcode, int destination, int source, short offset, int immediate)
        => opcode | (ulong)(byte)(destination | source << 4) << 8 | (ulong)(ushort)offset << 16 | (ulong)(uint)immediate << 32;

    private static int Load(ulong[] code)
    {
        byte* license = stackalloc byte[16];
        Encoding.ASCII.GetBytes("Apache-2.0\0", new Span<byte>(license, 16));
        fixed (ulong* instructions = code)
        {
            // union bpf_attr, BPF_PROG_LOAD: type, count, instructions, license, then zeros.
            ulong* attributes = stackalloc ulong[16];
            new Span<ulong>(attributes, 16).Clear();
            attributes[0] = BPF_PROG_TYPE_CGROUP_DEVICE | (ulong)code.Length << 32;
            attributes[1] = (ulong)instructions;
            attributes[2] = (ulong)license;
            int fd = Bpf.Call(Bpf.BPF_PROG_LOAD, attributes, 128);
            if (fd < 0) LinuxException.ThrowLast("bpf", "BPF_PROG_LOAD");
            return fd;
        }
    }

    private static void Change(int command, int group, int program, uint flags, string folder)
    {
        uint* attributes = stackalloc uint[8];
        new Span<uint>(attributes, 8).Clear();
        attributes[0] = (uint)group;
        attributes[1] = (uint)program;
        attributes[2] = BPF_CGROUP_DEVICE;
        attributes[3] = flags;
        if (Bpf.Call(command, attributes, 32) < 0) LinuxException.ThrowLast("bpf", folder);
    }

    private static uint[] Attached(int group)
    {
        const int most = 64;
        uint* ids = stackalloc uint[most];
        // target_fd, attach_type, query_flags, attach_flags, prog_ids, prog_cnt.
        uint* attributes = stackalloc uint[16];
        new Span<uint>(attributes, 16).Clear();
        attributes[0] = (uint)group;
        attributes[1] = BPF_CGROUP_DEVICE;
        *(ulong*)(attributes + 4) = (ulong)ids;
        attributes[6] = most;
        if (Bpf.Call(Bpf.BPF_PROG_QUERY, attributes, 64) < 0) LinuxException.ThrowLast("bpf", "BPF_PROG_QUERY");
        return new ReadOnlySpan<uint>(ids, (int)attributes[6]).ToArray();
    }

    private static int ById(uint id)
    {
        uint* attributes = stackalloc uint[4];
        new Span<uint>(attributes, 4).Clear();
        attributes[0] = id;
        return Bpf.Call(Bpf.BPF_PROG_GET_FD_BY_ID, attributes, 16);
    }
}
