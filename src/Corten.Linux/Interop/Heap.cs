using System.Runtime.InteropServices;

namespace Corten.Linux.Interop;

/// <summary>malloc_trim(3).</summary>
internal static partial class Heap
{
    [LibraryImport("libc")]
    public static partial int malloc_trim(nuint keep);
}
