using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>malloc_trim(3), mallopt(3).</summary>
internal static partial class Heap
{
    public const int M_ARENA_MAX = -8;

    [LibraryImport("libc")]
    public static partial int malloc_trim(nuint keep);

    [LibraryImport("libc")]
    public static partial int mallopt(int parameter, int value);
}
