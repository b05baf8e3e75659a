using System.Globalization;
using Corten.Containers.Devices;
using Corten.Containers.Machine;
using Corten.Daemon.Configuration;
using Corten.Daemon.Diagnostics;
using Corten.Daemon.Http;
using Corten.EngineApi.Events;
using Corten.EngineApi.System;
using Corten.Volumes;

namespace Corten.Daemon.Endpoints.System;

/// <summary><c>GET /info</c>: the engine, the machine, and how the engine is configured.</summary>
internal sealed class Info(EngineIdentity identity, Func<DaemonOptions> options, EngineObjects objects, VolumeService volumes, EventLog events)
{
    public async Task ServeAsync(RequestContext context) =>
        await context.WriteJsonAsync(await DescribeAsync(context.Aborted), SystemJson.Plain.SystemInfo);

    private async Task<SystemInfo> DescribeAsync(CancellationToken cancellationToken)
    {
        var current = options();
        IReadOnlyList<string> cdiFolders = current.CdiSpecDirectories.Count > 0 ? current.CdiSpecDirectories : ["/etc/cdi", "/var/run/cdi"];
        var (running, paused, stopped) = objects.Containers();
        return new SystemInfo
        {
            Id = identity.Id,
            Containers = running + paused + stopped,
            ContainersRunning = running,
            ContainersPaused = paused,
            ContainersStopped = stopped,
            Images = objects.Images(),
            Driver = "overlay2",
            DriverStatus = DriverStatus(current.DataRoot),
            Plugins = new PluginsInfo
            {
                Volume = await volumes.DriverNamesAsync(cancellationToken),
                Network = objects.NetworkDrivers,
                Log = objects.LogDrivers,
            },
            MemoryLimit = Machine.HasMemory,
            SwapLimit = Machine.HasSwap,
            KernelMemoryTcp = Machine.HasTcpMemory,
            CpuCfsPeriod = Machine.HasCfs,
            CpuCfsQuota = Machine.HasCfs,
            CpuShares = Machine.HasShares,
            CpuSet = Machine.HasCpuSet,
            PidsLimit = Machine.HasPids,
            IPv4Forwarding = Machine.IPv4Forwarding,
            Debug = current.Debug,
            NFd = Machine.OpenDescriptors,
            OomKillDisable = Machine.HasOomControl,
            NGoroutines = Machine.Threads,
            SystemTime = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture),
            LoggingDriver = current.LogDriver,
            CgroupDriver = "cgroupfs",
            CgroupVersion = Kernel.IsCgroup2 ? "2" : "1",
            NEventsListener = events.Listeners,
            KernelVersion = Machine.KernelRelease,
            OperatingSystem = Machine.OperatingSystem,
            OsVersion = Machine.OsVersion,
            OsType = "linux",
            Architecture = Machine.Architecture,
            IndexServerAddress = "https://index.docker.io/v1/",
            RegistryConfig = RegistriesInfo.Describe(current),
            Cpus = Environment.ProcessorCount,
            MemTotal = (long)Kernel.TotalMemory,
            DockerRootDir = current.DataRoot,
            HttpProxy = WithoutPassword(current.HttpProxy),
            HttpsProxy = WithoutPassword(current.HttpsProxy),
            NoProxy = current.NoProxy,
            Name = Machine.Hostname,
            Labels = current.Labels,
            ExperimentalBuild = identity.Experimental,
            ServerVersion = identity.Version,
            Runtimes = Runtimes(current),
            DefaultRuntime = current.DefaultRuntime,
            LiveRestoreEnabled = current.LiveRestore,
            InitBinary = current.InitPath ?? "docker-init",
            RuncCommit = new CommitInfo { Id = Release.Commit },
            SecurityOptions = [.. SecurityOptions(current)],
            DefaultAddressPools = current.DefaultAddressPools.Count == 0
                ? null
                : [.. current.DefaultAddressPools.Select(p => new AddressPoolInfo(p.Base.ToString(), p.Size))],
            FirewallBackend = new FirewallInfo("nftables"),
            CdiSpecDirs = cdiFolders,
            DiscoveredDevices = CdiSpecifications.DeviceNames(cdiFolders) is { Count: > 0 } devices ? [.. devices.Select(name => new DiscoveredDevice("cdi", name))] : null,
            Warnings = Warnings(current),
        };
    }

    private static IReadOnlyList<IReadOnlyList<string>> DriverStatus(string dataRoot) =>
    [
        ["Backing Filesystem", FileSystem(dataRoot)],
        ["Supports d_type", "true"],
        ["Using metacopy", "false"],
        ["Native Overlay Diff", "true"],
        ["userxattr", "false"],
    ];

    /// <summary>The file system beneath the data root, by Docker's names.</summary>
    private static string FileSystem(string dataRoot) => new DriveInfo(dataRoot).DriveFormat switch
    {
        "ext2" or "ext3" or "ext4" => "extfs",
        var other => other,
    };

    private Dictionary<string, RuntimeInfo> Runtimes(DaemonOptions current)
    {
        var runtimes = current.Runtimes.ToDictionary(
            r => r.Key, r => new RuntimeInfo { Path = r.Value.Path, RuntimeArgs = r.Value.Arguments.Count == 0 ? null : r.Value.Arguments });
        runtimes["corten"] = new RuntimeInfo { Path = objects.RuntimePath };
        return runtimes;
    }

    private static IEnumerable<string> SecurityOptions(DaemonOptions current)
    {
        if (Kernel.HasAppArmor)
        {
            yield return "name=apparmor";
        }

        yield return "name=seccomp,profile=" + (current.SeccompProfile.Length == 0 ? "builtin" : current.SeccompProfile);
        if (current.SelinuxEnabled)
        {
            yield return "name=selinux";
        }

        if (Kernel.IsCgroup2)
        {
            yield return "name=cgroupns";
        }

        if (current.NoNewPrivileges)
        {
            yield return "name=no-new-privileges";
        }
    }

    private static List<string>? Warnings(DaemonOptions current)
    {
        List<string> warnings = [];
        foreach (var host in current.Hosts.Where(h => h.StartsWith("tcp://", StringComparison.Ordinal) && !current.TlsVerify))
        {
            warnings.Add($"WARNING: API is accessible on http{(current.UsesTls ? "s" : "")}://{host["tcp://".Length..]} without "
                + (current.UsesTls ? "TLS client verification." : "encryption."));
        }

        void Missing(bool present, string what)
        {
            if (!present)
            {
                warnings.Add($"WARNING: No {what} support");
            }
        }

        Missing(Machine.HasMemory, "memory limit");
        Missing(Machine.HasSwap, "swap limit");
        Missing(Machine.HasCfs, "cpu cfs quota");
        Missing(Machine.HasShares, "cpu shares");
        Missing(Machine.HasCpuSet, "cpuset");
        if (!Machine.IPv4Forwarding)
        {
            warnings.Add("WARNING: IPv4 forwarding is disabled");
        }

        return warnings.Count == 0 ? null : warnings;
    }

    private static string WithoutPassword(string proxy) =>
        Uri.TryCreate(proxy, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0
            ? proxy.Replace(uri.UserInfo, "xxxxx:xxxxx", StringComparison.Ordinal)
            : proxy;
}
