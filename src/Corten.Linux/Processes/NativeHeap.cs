using Corten.Linux.Interop;

namespace Corten.Linux.Processes;

/// <summary>The C library's heap: of libraries' own objects, and of native strings and buffers.</summary>
public static class NativeHeap
{
    /// <summary>malloc_trim(3): gives what is free in all of its arenas back to the machine.</summary>
    public static void Trim() => Heap.malloc_trim(0);
}
