using System.Runtime.InteropServices;

namespace Corten.Linux.Files;

/// <summary>Flags of open(2), by the names of its manual page without <c>O_</c>. Close-on-exec is always added.</summary>
public static class OpenFlags
{
    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoControllingTerminal = 0x100;
    public const int Truncate = 0x200;
    public const int Append = 0x400;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int Path = 0x200000;

    // asm-generic has 0x10000 and 0x20000; arm and arm64 have 0x4000 and 0x8000.
    public static readonly int Directory = Arm ? 0x4000 : 0x10000;
    public static readonly int NoFollow = Arm ? 0x8000 : 0x20000;
}

/// <summary>How openat2(2) resolves a path.</summary>
[Flags]
public enum Resolve : ulong
{
    None = 0,
    NoCrossDevice = 0x01,
    NoMagicLinks = 0x02,
    NoSymlinks = 0x04,
    Beneath = 0x08,
    /// <summary>The directory is the root: absolute paths, absolute links and <c>..</c> stay inside it.</summary>
    InRoot = 0x10,
}
