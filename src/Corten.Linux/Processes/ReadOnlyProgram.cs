using Corten.Linux.Cgroups;
using Corten.Linux.Interop;
using Native = Corten.Linux.Interop.Mounts;

namespace Corten.Linux.Processes;

/// <summary>
/// Executing this program anew from a read-only mount of itself that is attached nowhere: no copy is made, and there is nothing to remount. It is done before .NET
/// starts, since a start of .NET only to be thrown away would cost ten times as much. So all of this, and what it calls, allocates nothing, throws nothing and uses no
/// static that has to be made first.
/// </summary>
public static unsafe class ReadOnlyProgram
{
    private static int _failure;

    /// <summary>Whether the program of this process is seen through a read-only mount, by which nobody can write to its file.</summary>
    public static bool Is
    {
        get
        {
            const int flags = 10;
            long* facts = stackalloc long[16];
            fixed (byte* self = "/proc/self/exe"u8) return BareCalls.statfs(self, facts) == 0 && (facts[flags] & BareCalls.ST_RDONLY) != 0;
        }
    }

    /// <summary>Why <see cref="Execute"/> came back.</summary>
    public static Errno Failure => (Errno)_failure;

    /// <summary>Returns only if it fails.</summary>
    /// <param name="arguments">As main has them.</param>
    /// <param name="environment">As main has it.</param>
    /// <param name="name">A setting to add to the environment, as <c>NAME=</c>.</param>
    /// <param name="setting">The setting with its value.</param>
    /// <param name="movesSoon">What follows puts a process into a cgroup.</param>
    public static void Execute(byte** arguments, byte** environment, ReadOnlySpan<byte> name, ReadOnlySpan<byte> setting, bool movesSoon)
    {
        if (movesSoon) CgroupMoveWarmUp.BeginInChild();
        int tree = Mount();
        if (tree >= 0)
        {
            fixed (byte* own = setting) BareCalls.fexecve(tree, arguments, With(environment, name, own));
        }
        _failure = *BareCalls.__errno_location();
    }

    private static int Mount()
    {
        const uint clone = Native.OPEN_TREE_CLONE | Native.OPEN_TREE_CLOEXEC;
        fixed (byte* self = "/proc/self/exe"u8)
        fixed (byte* none = "\0"u8)
        {
            int tree = (int)BareCalls.open_tree(428, At.AT_FDCWD, self, clone);
            if (tree < 0) return tree;
            Native.MountAttributes change = new() { Set = Native.MOUNT_ATTR_RDONLY };
            return BareCalls.mount_setattr(442, tree, none, At.AT_EMPTY_PATH, &change, sizeof(Native.MountAttributes)) < 0 ? -1 : tree;
        }
    }

    /// <summary>The same variables, but one has our value. What is taken for that is given back by the kernel, with all of this process' memory.</summary>
    private static byte** With(byte** environment, ReadOnlySpan<byte> name, byte* setting)
    {
        int count = 0;
        while (environment[count] is not null) count++;
        byte** result = (byte**)BareCalls.malloc((count + 2) * sizeof(byte*));
        if (result is null) return environment;
        byte** last = result;
        for (int at = 0; at < count; at++)
        {
            if (!Begins(environment[at], name)) *last++ = environment[at];
        }
        *last++ = setting;
        *last = null;
        return result;
    }

    private static bool Begins(byte* text, ReadOnlySpan<byte> with)
    {
        for (int at = 0; at < with.Length; at++)
        {
            if (text[at] != with[at]) return false;
        }
        return true;
    }
}
