using System.Runtime.InteropServices;

namespace Corten.Linux;

/// <summary>poll(2), events.</summary>
[Flags]
public enum PollEvents : short
{
    None = 0,
    Readable = 1,
    /// <summary>POLLPRI: how files of cgroups tell that they have changed.</summary>
    Exceptional = 2,
    Writable = 4,
    Failed = 8,
    HungUp = 16,
    Invalid = 32,
}

/// <summary>struct pollfd. A negative descriptor is not looked at.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollRequest
{
    public int Descriptor;
    public PollEvents Wanted;
    public PollEvents Returned;
}
