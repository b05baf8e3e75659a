using Corten.Linux.Interop;

namespace Corten.Linux.Processes;

/// <summary>The C library's heap: of libraries' own objects, and of native strings and buffers.</summary>
public static class NativeHeap
{
    /// <summary>
    /// At most so many arenas from now on (mallopt(3)). A program with many threads would get one for each of them, and an object that stays in one keeps
    /// what was free beside it.
    /// </summary>
    public static void LimitArenas(int most) => Heap.mallopt(Heap.M_ARENA_MAX, most);

    /// <summary>malloc_trim(3): gives what is free in all of its arenas back to the machine.</summary>
    public static void Trim() => Heap.malloc_trim(0);
}
