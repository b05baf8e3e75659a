using Corten.Containers;
using Corten.Daemon.Configuration;
using Corten.Distribution;
using Corten.EngineApi.Containers;
using Corten.Networks;
using Corten.Networks.Attendant;
using Corten.Volumes;

namespace Corten.Daemon;

/// <summary>What each capability needs to know of the daemon's options, in the capability's own words.</summary>
internal static class Settings
{
    public static RegistrySettings OfRegistries(DaemonOptions options) => new()
    {
        Mirrors = [.. options.RegistryMirrors.Select(m => new Uri(m))],
        InsecureRegistries = options.InsecureRegistries,
        MaxConcurrentDownloads = options.MaxConcurrentDownloads,
        MaxConcurrentUploads = options.MaxConcurrentUploads,
        MaxAttempts = options.MaxDownloadAttempts,
    };

    public static VolumeSettings OfVolumes(DaemonOptions options) => new()
    {
        Root = Path.Combine(options.DataRoot, "volumes"),
        PartsRoot = Path.Combine(options.ExecRoot, "volumes"),
    };

    public static NetworkOptions OfNetworks(DaemonOptions options)
    {
        var defaults = new NetworkOptions { ExecRoot = options.ExecRoot };
        return defaults with
        {
            AttendantCommand = [Environment.ProcessPath!, AttendantProgram.Verb],
            Bridge = options.Bridge.Length > 0 ? options.Bridge : defaults.Bridge,
            Bip = options.Bip,
            Bip6 = options.Bip6,
            FixedCidr = options.FixedCidr,
            FixedCidrV6 = options.FixedCidrV6,
            DefaultGateway = options.DefaultGateway,
            DefaultGatewayV6 = options.DefaultGatewayV6,
            Ipv6 = options.Ipv6,
            Mtu = options.Mtu > 0 ? options.Mtu : defaults.Mtu,
            InterContainer = options.InterContainerCommunication,
            Masquerade = options.IpMasquerade,
            Forwarding = options.IpForward,
            ForwardForAll = options.IpForwardNoDrop,
            Rules = options.PacketFilter,
            UserlandProxy = options.UserlandProxy,
            DefaultBindAddress = options.DefaultBindingAddress,
            DefaultAddressPools = [.. options.DefaultAddressPools.Select(p => new AddressPoolOption(p.Base, p.Size))],
            DefaultBridgeOptions = options.DefaultNetworkOptions.GetValueOrDefault("bridge") ?? [],
            Dns = [.. options.Dns.Select(d => d.ToString())],
            DnsSearch = options.DnsSearch,
            DnsOptions = options.DnsOptions,
            HostGateways = options.HostGatewayAddresses,
        };
    }

    public static ContainerSettings OfContainers(DaemonOptions options)
    {
        var defaults = new ContainerSettings { DataRoot = options.DataRoot, ExecRoot = options.ExecRoot, RuntimePath = RuntimePath(options) };
        return defaults with
        {
            DefaultRuntime = options.DefaultRuntime,
            Runtimes = options.Runtimes.ToDictionary(r => r.Key, r => (IReadOnlyList<string>)[r.Value.Path, .. r.Value.Arguments]),
            DefaultLog = new LogConfig { Type = options.LogDriver, Config = options.LogOptions },
            DefaultUlimits = [.. options.DefaultUlimits.Values],
            DefaultShmSize = options.DefaultShmSize,
            DefaultIpcMode = options.DefaultIpcMode,
            DefaultCgroupnsMode = options.DefaultCgroupnsMode,
            CgroupParent = options.CgroupParent.Length > 0 ? options.CgroupParent : defaults.CgroupParent,
            Init = options.Init,
            InitPath = options.InitPath,
            NoNewPrivileges = options.NoNewPrivileges,
            SeccompProfile = options.SeccompProfile,
            SelinuxEnabled = options.SelinuxEnabled,
            ShutdownTimeout = options.ShutdownTimeout,
            CdiDirectories = options.CdiSpecDirectories.Count > 0 ? options.CdiSpecDirectories : defaults.CdiDirectories,
        };
    }

    /// <summary><c>corten-runtime</c>: as configured, or beside this program.</summary>
    public static string RuntimePath(DaemonOptions options) =>
        options.RuntimePath ?? Path.Combine(Path.GetDirectoryName(Environment.ProcessPath)!, "corten-runtime");
}
