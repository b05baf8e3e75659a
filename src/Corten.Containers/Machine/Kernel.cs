using System.Globalization;

namespace Corten.Containers.Machine;

/// <summary>What this machine's kernel offers to containers. Read once: none of it changes while the machine is up, processors apart.</summary>
public static class Kernel
{
    private static readonly Lazy<Dictionary<string, string>> Controllers = new(ReadControllers);

    /// <summary>True when the unified hierarchy (cgroup v2) is the only one.</summary>
    public static bool IsCgroup2 { get; } = File.Exists("/sys/fs/cgroup/cgroup.controllers");

    public static string OnlineCpus => ReadLine("/sys/devices/system/cpu/online");

    public static string MemoryNodes => ReadLine("/sys/devices/system/node/online") is { Length: > 0 } nodes ? nodes : "0";

    /// <summary>Bytes.</summary>
    public static ulong TotalMemory { get; } = ReadTotalMemory();

    /// <summary>The newest capability that the kernel knows (capabilities(7)).</summary>
    public static int LastCapability { get; } = int.Parse(ReadLine("/proc/sys/kernel/cap_last_cap") is { Length: > 0 } last ? last : "40", CultureInfo.InvariantCulture);

    public static bool HasAppArmor { get; } = ReadLine("/sys/module/apparmor/parameters/enabled") == "Y";

    /// <summary>Major and minor of the kernel's release.</summary>
    public static Version Release { get; } = ReadRelease();

    public static bool HasController(string name) => Controllers.Value.ContainsKey(name);

    /// <summary>Where a v1 controller is mounted, or the root of v2; null if the kernel or the machine does without it.</summary>
    public static string? ControllerMount(string name) => Controllers.Value.GetValueOrDefault(name);

    /// <summary>
    /// Whether a knob exists: a file of the v1 controller at its root, or of v2 in a group below it (the root has none there, so the controller
    /// counts). A null name: that version has no such knob.
    /// </summary>
    public static bool Has(string controller, string? v1, string? v2)
    {
        if (IsCgroup2)
        {
            return v2 is not null && HasController(controller == "blkio" ? "io" : controller);
        }

        return v1 is not null && ControllerMount(controller) is { } mount && File.Exists(Path.Combine(mount, v1));
    }

    private static Dictionary<string, string> ReadControllers()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (IsCgroup2)
        {
            foreach (var name in ReadLine("/sys/fs/cgroup/cgroup.controllers").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                found[name] = "/sys/fs/cgroup";
            }

            return found;
        }

        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            // 30 24 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory   (proc_pid_mountinfo(5))
            var dash = line.IndexOf(" - cgroup ", StringComparison.Ordinal);
            if (dash < 0)
            {
                continue;
            }

            var mount = line.Split(' ')[4];
            foreach (var option in line[(line.LastIndexOf(' ') + 1)..].Split(','))
            {
                found.TryAdd(option, mount);
            }
        }

        return found;
    }

    private static ulong ReadTotalMemory()
    {
        const string field = "MemTotal:";
        var line = File.ReadLines("/proc/meminfo").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return ulong.Parse(line.AsSpan(field.Length).Trim().TrimEnd("kB").TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture) * 1024;
    }

    private static Version ReadRelease()
    {
        var parts = ReadLine("/proc/sys/kernel/osrelease").Split('.', '-', '+');
        return new Version(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static string ReadLine(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\n');
        }
        catch (IOException)
        {
            return "";
        }
    }
}
