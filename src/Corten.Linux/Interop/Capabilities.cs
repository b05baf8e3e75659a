using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>capset(2).</summary>
internal static unsafe partial class CapabilityCalls
{
    public const uint Version3 = 0x20080522;

    [StructLayout(LayoutKind.Sequential)]
    public struct Header
    {
        public uint Version;
        public int Pid;
    }

    /// <summary>Two __user_cap_data_struct: the low words, then the high ones.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Data
    {
        public uint EffectiveLow, PermittedLow, InheritableLow, EffectiveHigh, PermittedHigh, InheritableHigh;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint capset(nint number, Header* header, Data* data);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint capget(nint number, Header* header, Data* data);
}
