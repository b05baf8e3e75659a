using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Corten.Networks.Tests.Support;

/// <summary>
/// Puts the whole test process into a network namespace of its own before any thread of its own runs: it unshares and executes itself again.
/// Nothing that the tests do to links and rules can reach the machine's.
/// </summary>
internal static unsafe partial class OwnNetworkNamespace
{
    private const string Marker = "CORTEN_TEST_NETNS";
    private const int CLONE_NEWNET = 0x40000000;

    [ModuleInitializer]
    internal static void Enter()
    {
        if (Environment.GetEnvironmentVariable(Marker) is not null)
        {
            return;
        }
        if (unshare(CLONE_NEWNET) != 0)
        {
            throw new InvalidOperationException($"unshare: errno {Marshal.GetLastPInvokeError()}: these tests need root");
        }
        Environment.SetEnvironmentVariable(Marker, "1");
        var arguments = File.ReadAllText("/proc/self/cmdline").Split('\0')[..^1];
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(e => $"{e.Key}={e.Value}").ToArray();
        execve("/proc/self/exe", Vector(arguments), Vector(environment));
        throw new InvalidOperationException($"execve: errno {Marshal.GetLastPInvokeError()}");
    }

    private static byte** Vector(string[] strings)
    {
        var vector = (byte**)NativeMemory.Alloc((nuint)((strings.Length + 1) * sizeof(byte*)));
        for (var i = 0; i < strings.Length; i++)
        {
            vector[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        }
        vector[strings.Length] = null;
        return vector;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execve(string path, byte** arguments, byte** environment);
}
