using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Corten.Networks.Tests.Support;

/// <summary>
/// Puts the whole test process into network and mount namespaces of its own before any thread of its own runs: it unshares and executes itself again.
/// Nothing that the tests do to links, rules and mounts can reach the machine's.
/// </summary>
internal static unsafe partial class OwnNetworkNamespace
{
    private const string Marker = "CORTEN_TEST_NETNS";
    private const int CLONE_NEWNET = 0x40000000, CLONE_NEWNS = 0x20000;
    private const ulong MS_REC = 0x4000, MS_PRIVATE = 1 << 18;

    [ModuleInitializer]
    internal static void Enter()
    {
        if (Environment.GetEnvironmentVariable(Marker) is not null)
        {
            return;
        }
        if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0 || mount("none", "/", null, MS_REC | MS_PRIVATE, null) != 0)
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
    private static partial int mount(string source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execve(string path, byte** arguments, byte** environment);
}
