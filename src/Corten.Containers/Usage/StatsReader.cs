using System.Globalization;
using Corten.Containers.Machine;
using Corten.Containers.Model;
using Corten.EngineApi.Containers;
using Corten.Linux.Cgroups;

namespace Corten.Containers.Usage;

/// <summary>One reading of a container's control groups and network devices (cgroups(7), cgroup-v1 and cgroup-v2 of the kernel's documentation).</summary>
internal static class StatsReader
{
    private const ulong NanosecondsPerTick = 10_000_000;

    /// <summary>Null when the groups are gone: the container has ended.</summary>
    public static Stats? Read(Container container, ContainerCore core)
    {
        var group = core.Cgroup(container);
        var cpu = Kernel.IsCgroup2 ? UnifiedUsage.Cpu(group) : LegacyUsage.Cpu(group);
        if (cpu is null)
        {
            return null;
        }

        return new Stats
        {
            Read = DateTimeOffset.UtcNow,
            Pids = new PidsStats { Current = CgroupText.Number(group.FolderOf("pids"), "pids.current"), Limit = CgroupText.Number(group.FolderOf("pids"), "pids.max") },
            Blkio = Kernel.IsCgroup2 ? UnifiedUsage.BlockIo(group) : LegacyUsage.BlockIo(group),
            Cpu = cpu with { SystemUsage = SystemUsage(), OnlineCpus = (uint)Environment.ProcessorCount },
            Memory = Kernel.IsCgroup2 ? UnifiedUsage.Memory(group) : LegacyUsage.Memory(group),
            Networks = container.Record.Host.NetworkMode == "host" ? null : Networks(container.Status.Pid),
        };
    }

    /// <summary>All time that the machine's processors have spent, from the first line of /proc/stat, guest time not twice.</summary>
    private static ulong SystemUsage()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ulong ticks = 0;
        foreach (var field in fields.Skip(1).Take(7))
        {
            ticks += ulong.Parse(field, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        return ticks * NanosecondsPerTick;
    }

    /// <summary>The devices of the network that init is in, the loopback apart.</summary>
    private static Dictionary<string, NetworkStats>? Networks(int pid)
    {
        var networks = new Dictionary<string, NetworkStats>(StringComparer.Ordinal);
        try
        {
            foreach (var line in File.ReadLines($"/proc/{pid}/net/dev").Skip(2))
            {
                var colon = line.IndexOf(':');
                var name = line[..colon].Trim();
                var values = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => ulong.Parse(text, CultureInfo.InvariantCulture)).ToArray();
                if (name != "lo")
                {
                    networks[name] = new NetworkStats
                    {
                        RxBytes = values[0], RxPackets = values[1], RxErrors = values[2], RxDropped = values[3],
                        TxBytes = values[8], TxPackets = values[9], TxErrors = values[10], TxDropped = values[11],
                    };
                }
            }
        }
        catch (IOException)
        {
            return null;
        }

        return networks.Count > 0 ? networks : null;
    }
}

/// <summary>Files of control groups, read as what they hold.</summary>
internal static class CgroupText
{
    /// <summary>0 for what is missing, not a number, or "max".</summary>
    public static ulong Number(string? folder, string file) =>
        folder is not null && CgroupFile.Read(folder, file) is { } text && ulong.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    /// <summary>Lines of a name and a number.</summary>
    public static Dictionary<string, ulong> Table(string? folder, string file)
    {
        var table = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var line in (folder is null ? null : CgroupFile.Read(folder, file))?.Split('\n') ?? [])
        {
            var space = line.IndexOf(' ');
            if (space > 0 && ulong.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                table[line[..space]] = value;
            }
        }

        return table;
    }
}
