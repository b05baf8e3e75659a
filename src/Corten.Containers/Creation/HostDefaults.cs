using Corten.Containers.Machine;
using Corten.EngineApi.Containers;

namespace Corten.Containers.Creation;

/// <summary>What a host configuration says where the user says nothing: filled in at creation, so that inspect shows what holds.</summary>
internal static class HostDefaults
{
    public static IReadOnlyList<string> MaskedPaths { get; } =
    [
        "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
        "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap", .. ThermalThrottle(),
    ];

    public static IReadOnlyList<string> ReadonlyPaths { get; } = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <summary>Fills <paramref name="host"/> in place.</summary>
    public static void Apply(HostConfig host, ContainerSettings settings)
    {
        if (host.Memory > 0 && host.MemorySwap == 0)
        {
            host.MemorySwap = host.Memory * 2;
        }

        host.ShmSize = host.ShmSize == 0 ? settings.DefaultShmSize : host.ShmSize;
        host.IpcMode = host.IpcMode.Length == 0 ? settings.DefaultIpcMode : host.IpcMode;
        if (host.CgroupnsMode.Length == 0)
        {
            host.CgroupnsMode = settings.DefaultCgroupnsMode.Length > 0 && !(host.Privileged && !Kernel.IsCgroup2) ? settings.DefaultCgroupnsMode
                : Kernel.IsCgroup2 ? "private" : "host";
        }

        host.OomKillDisable ??= Kernel.IsCgroup2 ? null : false;
        host.PidsLimit = host.PidsLimit is 0 or -1 ? null : host.PidsLimit;
        host.Runtime = string.IsNullOrEmpty(host.Runtime) ? settings.DefaultRuntime : host.Runtime;
        host.NetworkMode = host.NetworkMode is "" or "default" ? "bridge" : host.NetworkMode;
        host.RestartPolicy.Name = host.RestartPolicy.Name.Length == 0 ? "no" : host.RestartPolicy.Name;
        host.PortBindings ??= [];
        host.ConsoleSize = host.ConsoleSize is { Count: 2 } size ? size : [0, 0];
        ApplyLog(host, settings);
        if (!host.Privileged)
        {
            host.MaskedPaths ??= MaskedPaths;
            host.ReadonlyPaths ??= ReadonlyPaths;
        }

        ShowEmptyLists(host);
    }

    private static void ApplyLog(HostConfig host, ContainerSettings settings)
    {
        if (host.LogConfig.Type.Length == 0)
        {
            host.LogConfig.Type = settings.DefaultLog.Type;
        }

        host.LogConfig.Config ??= [];
        if (host.LogConfig.Type == settings.DefaultLog.Type)
        {
            foreach (var (name, value) in settings.DefaultLog.Config ?? [])
            {
                host.LogConfig.Config.TryAdd(name, value);
            }
        }
    }

    /// <summary>Lists that the reference engine's own client always sends, so that a reader may count on them.</summary>
    private static void ShowEmptyLists(HostConfig host)
    {
        host.Dns ??= [];
        host.DnsOptions ??= [];
        host.DnsSearch ??= [];
    }

    private static IEnumerable<string> ThermalThrottle() =>
        Enumerable.Range(0, Environment.ProcessorCount).Select(cpu => $"/sys/devices/system/cpu/cpu{cpu}/thermal_throttle").Where(Directory.Exists);
}
