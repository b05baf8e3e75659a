using System.Runtime.InteropServices;
using System.Text;
using Corten.Linux.Interop;
using Native = Corten.Linux.Interop.Processes;

namespace Corten.Linux.Processes;

/// <summary>posix_spawn(3): a program as a child, with descriptors of the caller's choice. Cheap in a process of any size, since it copies no memory.</summary>
public static unsafe class Spawn
{
    /// <summary>glibc's posix_spawn_file_actions_t has 80 bytes, posix_spawnattr_t 336, sigset_t 128; musl's are no larger.</summary>
    private const int OpaqueSize = 512;

    /// <summary>Starts <paramref name="file"/>, with default signal actions and none blocked.</summary>
    /// <param name="file">A path; no search.</param>
    /// <param name="arguments">argv, the name first.</param>
    /// <param name="environment">The whole environment, as <c>NAME=value</c>.</param>
    /// <param name="descriptors">What the child has at 0, 1, 2, …; null leaves that number as it is here.</param>
    /// <param name="newSession">setsid(2) in the child: no terminal's signal reaches it.</param>
    /// <returns>The child's pid; the caller has to wait for it.</returns>
    public static int Start(
        string file, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, IReadOnlyList<SafeHandle?> descriptors, bool newSession = false)
    {
        byte* actions = stackalloc byte[OpaqueSize];
        byte* attributes = stackalloc byte[OpaqueSize];
        byte* signals = stackalloc byte[128];
        using var argv = new NativeStrings(arguments);
        using var envp = new NativeStrings(environment);
        List<SafeHandle> copies = [];
        Native.posix_spawn_file_actions_init(actions);
        Native.posix_spawnattr_init(attributes);
        try
        {
            // First out of the way of the targets, then into place, so that no target overwrites a source.
            for (int target = 0; target < descriptors.Count; target++)
            {
                if (descriptors[target] is not { } source) continue;
                int copy = Descriptors.fcntl(source.Number(), Descriptors.F_DUPFD_CLOEXEC, Math.Max(descriptors.Count, 3));
                if (copy < 0) LinuxException.ThrowLast("fcntl");
                copies.Add(Descriptors.Own(copy));
                Native.posix_spawn_file_actions_adddup2(actions, copy, target);
            }
            new Span<byte>(signals, 128).Clear();
            Native.posix_spawnattr_setsigmask(attributes, signals);
            new Span<byte>(signals, 8).Fill(0xFF);
            Native.posix_spawnattr_setsigdefault(attributes, signals);
            int flags = Native.POSIX_SPAWN_SETSIGDEF | Native.POSIX_SPAWN_SETSIGMASK | (newSession ? Native.POSIX_SPAWN_SETSID : 0);
            Native.posix_spawnattr_setflags(attributes, (short)flags);
            int pid;
            fixed (byte* path = Encoding.UTF8.GetBytes(file + '\0'))
            {
                int error = Native.posix_spawn(&pid, path, actions, attributes, argv.Pointer, envp.Pointer);
                if (error != 0) throw new LinuxException((Errno)error, "posix_spawn", file);
            }
            return pid;
        }
        finally
        {
            Native.posix_spawn_file_actions_destroy(actions);
            Native.posix_spawnattr_destroy(attributes);
            foreach (SafeHandle copy in copies) copy.Dispose();
        }
    }
}
