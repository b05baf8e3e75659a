using System.Runtime.InteropServices;
using System.Text;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Processes;

namespace Corten.Linux.Processes;

/// <summary>execve(2): turning this process into another program.</summary>
public static unsafe class Executable
{
    private const int X_OK = 1;

    /// <summary>
    /// The file that <paramref name="name"/> stands for: itself when it has a slash, else the first executable one in the folders of <paramref name="path"/>.
    /// </summary>
    /// <exception cref="ProgramNotFoundException">In the words that Docker's clients look for.</exception>
    public static string Find(string name, string? path)
    {
        if (name.Contains('/'))
        {
            At.Statx found;
            if (At.statx(At.AT_FDCWD, name, 0, 0x1, &found) < 0)
            {
                Errno errno = (Errno)Marshal.GetLastPInvokeError();
                throw new ProgramNotFoundException(errno, $"exec: \"{name}\": stat {name}: {LinuxException.Describe(errno)}");
            }
            if (found.Kind == At.S_IFDIR) throw new ProgramNotFoundException(Errno.EACCES, $"exec: \"{name}\": is a directory: permission denied");
            if ((found.Mode & 0x49) == 0 || At.access(name, X_OK) < 0) throw new ProgramNotFoundException(Errno.EACCES, $"exec: \"{name}\": permission denied");
            return name;
        }
        foreach (Range folder in (path ?? "").AsSpan().Split(':'))
        {
            string place = path![folder];
            string candidate = place.Length == 0 ? "./" + name : $"{place}/{name}";
            At.Statx found;
            if (At.statx(At.AT_FDCWD, candidate, 0, 0x1, &found) < 0 || found.Kind == At.S_IFDIR || (found.Mode & 0x49) == 0) continue;
            if (At.access(candidate, X_OK) == 0) return candidate;
        }
        throw new ProgramNotFoundException(Errno.ENOENT, $"exec: \"{name}\": executable file not found in $PATH");
    }

    /// <summary>execve(2). Returns only by throwing.</summary>
    /// <exception cref="LinuxException">What the kernel answered: ENOEXEC, EACCES, …</exception>
    public static void Run(string file, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        using var argv = new NativeStrings(arguments);
        using var envp = new NativeStrings(environment);
        fixed (byte* path = Encoding.UTF8.GetBytes(file + '\0'))
        {
            Native.execve(path, argv.Pointer, envp.Pointer);
        }
        LinuxException.ThrowLast("exec", file);
    }
}

/// <summary>A program that is not there or is not one.</summary>
public sealed class ProgramNotFoundException(Errno errno, string message) : Exception(message)
{
    public Errno Errno { get; } = errno;
}
