using System.Globalization;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Init;

/// <summary>resctrl (kernel, x86/resctrl.rst): cache and memory bandwidth of a class of service.</summary>
internal static class ResourceControlGroup
{
    private const string Root = "/sys/fs/resctrl";

    /// <summary>Makes or finds the group, writes its schemata, and moves the process in.</summary>
    public static void Join(string containerId, IntelRdtSpec spec, int pid)
    {
        if (!File.Exists(Root + "/schemata")) throw CortenException.Invalid("intelRdt is specified in config, but Intel RDT is not supported or enabled");
        string name = spec.ClosId ?? containerId;
        string folder = Path.Combine(Root, name);
        bool there = Directory.Exists(folder);
        bool says = spec.Schemata is { Count: > 0 } || spec.L3CacheSchema is not null || spec.MemBwSchema is not null;
        if (!there && spec.ClosId is not null && !says) throw CortenException.Invalid($"if closID is set and l3CacheSchema and memBwSchema are not, the group {folder} must exist");
        Directory.CreateDirectory(folder);
        Write(name, spec);
        File.WriteAllText(Path.Combine(folder, "tasks"), pid.ToString(CultureInfo.InvariantCulture));
    }

    public static void Write(string name, IntelRdtSpec spec)
    {
        if (name.Contains('/') || name is "." or "..") throw CortenException.Invalid($"invalid closID {name}");
        IEnumerable<string> lines = (spec.Schemata ?? []).Concat(new[] { spec.L3CacheSchema, spec.MemBwSchema }.OfType<string>());
        string text = string.Concat(lines.Where(line => line.Length > 0).Select(line => line + "\n"));
        if (text.Length > 0) File.WriteAllText(Path.Combine(Root, name, "schemata"), text);
    }

    /// <summary>A group that was made for the container alone goes with it.</summary>
    public static void Remove(string containerId, IntelRdtSpec spec)
    {
        string folder = Path.Combine(Root, containerId);
        if (spec.ClosId is null && Directory.Exists(folder)) Directory.Delete(folder);
    }
}
