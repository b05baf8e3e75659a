using Corten.Linux.Security;

namespace Corten.Linux.Tests.Security;

/// <summary>Runs a seccomp filter as the kernel would (networking/filter.rst), for asking it about a system call without making one.</summary>
internal static class BpfMachine
{
    public static uint Run(SeccompFilter filter, uint number, uint architecture, params ulong[] arguments)
    {
        uint[] data = new uint[16];
        data[0] = number;
        data[1] = architecture;
        for (int i = 0; i < arguments.Length; i++)
        {
            data[4 + (2 * i)] = (uint)arguments[i];
            data[5 + (2 * i)] = (uint)(arguments[i] >> 32);
        }
        uint a = 0;
        for (int at = 0; at < filter.Instructions.Length; at++)
        {
            ulong instruction = filter.Instructions[at];
            int then = (int)(instruction >> 16 & 0xFF), otherwise = (int)(instruction >> 24 & 0xFF);
            uint k = (uint)(instruction >> 32);
            switch ((ushort)instruction)
            {
                case 0x20: a = data[k / 4]; break;
                case 0x54: a &= k; break;
                case 0x05: at += (int)k; break;
                case 0x15: at += a == k ? then : otherwise; break;
                case 0x25: at += a > k ? then : otherwise; break;
                case 0x35: at += a >= k ? then : otherwise; break;
                case 0x06: return k;
                default: throw new InvalidOperationException($"instruction {instruction:x} at {at}");
            }
        }
        throw new InvalidOperationException("the filter runs on past its end");
    }
}
