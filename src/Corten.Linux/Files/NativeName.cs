using System.Runtime.CompilerServices;
using System.Text;

namespace Corten.Linux.Files;

/// <summary>
/// A path as the kernel takes it: bytes, ended by a NUL, at most PATH_MAX of them. Lives on the caller's stack:
/// <c>var name = new NativeName(path, stackalloc byte[NativeName.Capacity]);</c>
/// </summary>
internal readonly unsafe ref struct NativeName
{
    /// <summary>PATH_MAX counts the NUL.</summary>
    public const int Capacity = 4096;

    private readonly byte* _start;

    /// <exception cref="LinuxException">ENAMETOOLONG; EINVAL for a NUL inside, which would cut the name short.</exception>
    public NativeName(ReadOnlySpan<byte> path, Span<byte> stack)
    {
        if (path.Length >= stack.Length)
        {
            throw new LinuxException(Errno.ENAMETOOLONG, "open", Encoding.UTF8.GetString(path[..64]) + "...");
        }

        if (path.Contains((byte)0))
        {
            throw new LinuxException(Errno.EINVAL, "open", Encoding.UTF8.GetString(path));
        }

        path.CopyTo(stack);
        stack[path.Length] = 0;
        // The span is stack memory (the rule of this type), so that it does not move.
        _start = (byte*)Unsafe.AsPointer(ref stack[0]);
    }

    public byte* Pointer => _start;

    public static string Show(ReadOnlySpan<byte> path) => Encoding.UTF8.GetString(path);
}
