using System.Runtime.InteropServices;
using Corten.Containers.Machine;

namespace Corten.Daemon.Endpoints.System;

/// <summary>What there is to tell of the machine: read once, since none of it changes while the daemon runs.</summary>
internal static class Machine
{
    public static string KernelRelease { get; } = Line("/proc/sys/kernel/osrelease");

    public static string Hostname => Line("/proc/sys/kernel/hostname");

    /// <summary>As uname(2) has it.</summary>
    public static string Architecture { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        global::System.Runtime.InteropServices.Architecture.X64 => "x86_64",
        global::System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>The distribution's name for people (os-release(5)).</summary>
    public static string OperatingSystem { get; } = Release("PRETTY_NAME", "Linux");

    public static string OsVersion { get; } = Release("VERSION_ID", "");

    public static bool IPv4Forwarding => Line("/proc/sys/net/ipv4/ip_forward") == "1";

    public static bool HasMemory => Kernel.HasController("memory");

    public static bool HasSwap => Kernel.Has("memory", "memory.memsw.limit_in_bytes", "memory.swap.max");

    public static bool HasTcpMemory => Kernel.Has("memory", "memory.kmem.tcp.limit_in_bytes", null);

    public static bool HasOomControl => Kernel.Has("memory", "memory.oom_control", null);

    public static bool HasCfs => Kernel.Has("cpu", "cpu.cfs_quota_us", "cpu.max");

    public static bool HasShares => Kernel.Has("cpu", "cpu.shares", "cpu.weight");

    public static bool HasCpuSet => Kernel.HasController("cpuset");

    public static bool HasPids => Kernel.HasController("pids");

    /// <summary>How many descriptors this process has open.</summary>
    public static int OpenDescriptors => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

    public static int Threads => Directory.EnumerateDirectories("/proc/self/task").Count();

    private static string Line(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "";

    private static string Release(string key, string otherwise)
    {
        foreach (var path in (string[])["/etc/os-release", "/usr/lib/os-release"])
        {
            if (File.Exists(path))
            {
                var line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith(key + "=", StringComparison.Ordinal));
                return line is null ? otherwise : line[(key.Length + 1)..].Trim('"');
            }
        }

        return otherwise;
    }
}
