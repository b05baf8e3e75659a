namespace Corten.Linux.Security;

/// <summary>Classic BPF (kernel, networking/filter.rst): instructions of eight bytes, jumps forward only.</summary>
internal sealed class BpfCode
{
    /// <summary>BPF_MAXINSNS.</summary>
    public const int Most = 4096;

    private const ushort Load = 0x20, And = 0x54, JumpAlways = 0x05, JumpEqual = 0x15, JumpGreater = 0x25, JumpGreaterOrEqual = 0x35, ReturnValue = 0x06;

    private readonly List<ulong> _code = [];

    public int Length => _code.Count;

    public ulong[] ToArray() => [.. _code];

    /// <summary>A = the word at <paramref name="offset"/> of struct seccomp_data.</summary>
    public void LoadWord(uint offset) => _code.Add(Instruction(Load, 0, 0, offset));

    public void AndWith(uint mask) => _code.Add(Instruction(And, 0, 0, mask));

    public void Return(uint value) => _code.Add(Instruction(ReturnValue, 0, 0, value));

    public void IfEqual(uint value, int then, int otherwise) => _code.Add(Instruction(JumpEqual, then, otherwise, value));

    public void IfGreater(uint value, int then, int otherwise) => _code.Add(Instruction(JumpGreater, then, otherwise, value));

    public void IfAtLeast(uint value, int then, int otherwise) => _code.Add(Instruction(JumpGreaterOrEqual, then, otherwise, value));

    public void Append(BpfCode other) => _code.AddRange(other._code);

    /// <summary>If A is at least <paramref name="value"/>, then <paramref name="high"/>, else <paramref name="low"/>; neither may run on past its end.</summary>
    public void Branch(uint value, BpfCode low, BpfCode high) => Branch(JumpGreaterOrEqual, value, low, high);

    /// <summary>If A equals <paramref name="value"/>, then <paramref name="equal"/>, else <paramref name="other"/>.</summary>
    public void Select(uint value, BpfCode other, BpfCode equal) => Branch(JumpEqual, value, other, equal);

    /// <summary>A conditional jump spans 255 instructions; a longer way takes an unconditional one.</summary>
    private void Branch(ushort jump, uint value, BpfCode low, BpfCode high)
    {
        if (low.Length <= byte.MaxValue)
        {
            _code.Add(Instruction(jump, low.Length, 0, value));
        }
        else
        {
            _code.Add(Instruction(jump, 0, 1, value));
            _code.Add(Instruction(JumpAlways, 0, 0, (uint)low.Length));
        }
        Append(low);
        Append(high);
    }

    private static ulong Instruction(ushort code, int then, int otherwise, uint k)
    {
        if (then is < 0 or > byte.MaxValue || otherwise is < 0 or > byte.MaxValue) throw new InvalidOperationException("a BPF jump is too far");
        return code | (ulong)then << 16 | (ulong)otherwise << 24 | (ulong)k << 32;
    }
}
