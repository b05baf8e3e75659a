using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Corten.Linux;
using Corten.Linux.Processes;
using Corten.Runtime.DockerInit;

namespace Corten.Runtime.Operations;

/// <summary>
/// A process in a container can reach the program that its init was before exec, through /proc/PID/exe, and could write to it (CVE-2019-5736). So what starts
/// processes in containers runs from a read-only mount of itself.
/// </summary>
internal static unsafe partial class HostBinary
{
    /// <summary>The program begins here, before .NET is started: the linker puts this in the place of main (Corten.Runtime.csproj).</summary>
    public static int Enter(int count, byte** arguments, byte** environment)
    {
        bool starts = Has(arguments, "create"u8) || Has(arguments, "run"u8) || Has(arguments, "exec"u8);
        if ((starts || Has(arguments, "launcher"u8)) && count > 0 && !InitProcess.IsNamed(Text(*arguments)) && !ReadOnlyProgram.Is)
        {
            // Bytes (hexadecimal) that may be allocated before the first collection: what a monitor, which lives as long as its container, keeps small. It can
            // be given in the environment only.
            ReadOnlyProgram.Execute(arguments, environment, "DOTNET_GCGen0MaxBudget="u8, "DOTNET_GCGen0MaxBudget=40000"u8, movesSoon: starts);
        }
        return Start(count, arguments, environment);
    }

    /// <summary>Makes sure of it, and takes back what <see cref="ReadOnlyProgram.Execute"/> did to SIGCHLD.</summary>
    /// <exception cref="LinuxException">The program could not be executed from such a mount.</exception>
    [DynamicDependency(nameof(Enter))]
    public static void Require()
    {
        if (!ReadOnlyProgram.Is) throw new LinuxException(ReadOnlyProgram.Failure, "execute from a read-only mount", "corten-runtime");
        SignalState.Default(SignalNumbers.Child);
    }

    /// <summary>What the compiler made as main: starts .NET, and Program.cs.</summary>
    [LibraryImport("libc", EntryPoint = "__real_main"), SuppressGCTransition]
    private static partial int Start(int count, byte** arguments, byte** environment);

    private static bool Has(byte** arguments, ReadOnlySpan<byte> word)
    {
        for (byte** argument = arguments; *argument is not null; argument++)
        {
            if (Text(*argument).SequenceEqual(word)) return true;
        }
        return false;
    }

    private static ReadOnlySpan<byte> Text(byte* argument) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(argument);
}
