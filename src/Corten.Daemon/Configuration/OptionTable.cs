using System.Text.Json;
using Corten.Oci.Errors;

namespace Corten.Daemon.Configuration;

/// <summary>
/// All options, by dockerd's names: one table for the flags, the file, <c>--help</c> and reloading. What an accepted option says is what
/// happens; what this engine does not do is refused by name.
/// </summary>
internal static class OptionTable
{
    public static IReadOnlyList<Option> All { get; } =
    [
        .. OfTheDaemon(), .. OfImages(), .. OfNetworks(), .. OfContainers(), .. Accepted(), .. Refused(),
    ];

    private static IEnumerable<Option> OfTheDaemon() =>
    [
        Text("data-root", "Root directory of persistent state (default \"/var/lib/corten\")", (o, v) => o.DataRoot = Absolute(v)),
        Text("exec-root", "Root directory for execution state files (default \"/run/corten\")", (o, v) => o.ExecRoot = Absolute(v)),
        Text("pidfile", "Path to use for daemon PID file (default: cortend.pid in the exec root)", (o, v) => o.PidFile = v) with { Short = 'p' },
        Text("config-file", "Daemon configuration file (default \"/etc/corten/daemon.json\")", (o, v) => o.ConfigFile = v) with { Key = null },
        Text("runtime-path", "Path to corten-runtime (default: beside this program)", (o, v) => o.RuntimePath = v),
        List("host", "hosts", "Daemon socket(s) to connect to (default unix:///run/corten/corten.sock)", (o, v) => o.Hosts.Add(v)) with { Short = 'H' },
        Text("group", "Group for the unix socket (default \"docker\")", (o, v) => o.Group = v) with { Short = 'G' },
        Bool("debug", "Enable debug mode", (o, v) => o.Debug = v) with { Short = 'D', Reloads = true },
        Text("log-level", "Set the logging level (\"debug\"|\"info\"|\"warn\"|\"error\"|\"fatal\") (default \"info\")",
            (o, v) => o.LogLevel = OptionValues.LogLevel(v)) with { Short = 'l', Reloads = true },
        Text("log-format", "Set the logging format (\"text\"|\"json\") (default \"text\")", (o, v) => o.LogFormat = OptionValues.LogFormat(v)),
        List("label", "labels", "Set key=value labels to the daemon", AddLabel) with { Reloads = true },
        Bool("experimental", "Enable experimental features", (o, v) => o.Experimental = v),
        Map("feature", "features", "Enable feature in the daemon", AddFeature) with { Reloads = true },
        Bool("tls", "Use TLS; implied by --tlsverify", (o, v) => o.Tls = v),
        Bool("tlsverify", "Use TLS and verify the remote", (o, v) => o.TlsVerify = v),
        Text("tlscacert", "Trust certs signed only by this CA", (o, v) => o.TlsCaCertificate = v),
        Text("tlscert", "Path to TLS certificate file", (o, v) => o.TlsCertificate = v),
        Text("tlskey", "Path to TLS key file", (o, v) => o.TlsKey = v),
        Bool("live-restore", "Let containers run on while the daemon is down (they always do)", (o, v) => o.LiveRestore = v) with { Reloads = true },
        Number("shutdown-timeout", "Seconds that requests may take to end when the daemon stops (default 15)", (o, v) => o.ShutdownTimeout = v) with { Reloads = true },
        Text("http-proxy", "HTTP proxy URL to use for outgoing traffic", (o, v) => o.HttpProxy = v),
        Text("https-proxy", "HTTPS proxy URL to use for outgoing traffic", (o, v) => o.HttpsProxy = v),
        Text("no-proxy", "Comma-separated list of hosts or IP addresses for which the proxy is skipped", (o, v) => o.NoProxy = v),
        Bool("validate", "Validate daemon configuration and exit", (o, v) => o.Validate = v) with { Key = null },
        Bool("version", "Print version information and quit", (o, v) => o.ShowVersion = v) with { Short = 'v', Key = null },
        Bool("help", "Print usage", (o, v) => o.ShowHelp = v) with { Short = 'h', Key = null },
    ];

    private static IEnumerable<Option> OfImages() =>
    [
        List("registry-mirror", "registry-mirrors", "Preferred registry mirror", AddMirror) with { Reloads = true },
        List("insecure-registry", "insecure-registries", "Enable insecure registry communication", (o, v) => o.InsecureRegistries.Add(v)) with { Reloads = true },
        Number("max-concurrent-downloads", "Set the max concurrent downloads (default 3)",
            (o, v) => o.MaxConcurrentDownloads = v > 0 ? v : throw NotPositive(v)) with { Reloads = true },
        Number("max-concurrent-uploads", "Set the max concurrent uploads (default 5)",
            (o, v) => o.MaxConcurrentUploads = v > 0 ? v : throw NotPositive(v)) with { Reloads = true },
        Number("max-download-attempts", "Set the max download attempts for each pull (default 5)",
            (o, v) => o.MaxDownloadAttempts = v > 0 ? v : throw NotPositive(v)) with { Reloads = true },
    ];

    private static IEnumerable<Option> OfNetworks() =>
    [
        Text("bridge", "Attach containers to a network bridge; \"none\" for no default network", (o, v) => o.Bridge = v) with { Short = 'b' },
        Text("bip", "IPv4 address for the default bridge", (o, v) => o.Bip = OptionValues.Cidr(v)),
        Text("bip6", "IPv6 address for the default bridge", (o, v) => o.Bip6 = OptionValues.Cidr(v)),
        Text("fixed-cidr", "IPv4 subnet for the default bridge network", (o, v) => o.FixedCidr = OptionValues.Cidr(v)),
        Text("fixed-cidr-v6", "IPv6 subnet for the default bridge network", (o, v) => o.FixedCidrV6 = OptionValues.Cidr(v)),
        Text("default-gateway", "Default gateway IPv4 address for the default bridge network", (o, v) => o.DefaultGateway = OptionValues.Address(v)),
        Text("default-gateway-v6", "Default gateway IPv6 address for the default bridge network", (o, v) => o.DefaultGatewayV6 = OptionValues.Address(v)),
        Bool("icc", "Enable inter-container communication for the default bridge network (default true)", (o, v) => o.InterContainerCommunication = v),
        Text("ip", "Host IP for port publishing from the default bridge network (default 0.0.0.0)", (o, v) => o.DefaultBindingAddress = OptionValues.Address(v)),
        Bool("ip-forward", "Enable IP forwarding in system configuration (default true)", (o, v) => o.IpForward = v),
        Bool("ip-forward-no-drop", "Do not keep the host from forwarding for others when enabling IP forwarding", (o, v) => o.IpForwardNoDrop = v),
        Bool("ip-masq", "Enable IP masquerading for the default bridge network (default true)", (o, v) => o.IpMasquerade = v),
        Bool("iptables", "Enable addition of packet filter rules (default true)", (o, v) => o.PacketFilter = v),
        Bool("ip6tables", "Enable addition of IPv6 packet filter rules (as iptables: one table has both)", (o, v) => o.PacketFilterV6 = v),
        Bool("ipv6", "Enable IPv6 networking for the default bridge network", (o, v) => o.Ipv6 = v),
        Number("mtu", "Set the MTU for the default \"bridge\" network (default 1500)",
            (o, v) => o.Mtu = v is > 0 and <= 65535 ? v : v == 0 ? 1500 : throw CortenException.Invalid($"invalid default MTU: {v}")),
        List("default-address-pool", "default-address-pools", "Default address pools for node specific local networks",
            (o, v) => o.DefaultAddressPools.Add(OptionValues.AddressPool(v)), "pool-options") with { SetJson = JsonValues.AddressPools },
        Map("default-network-opt", "default-network-opts", "Default network options", AddNetworkOption) with { SetJson = JsonValues.NetworkOptions },
        List("dns", "dns", "DNS server to use", (o, v) => o.Dns.Add(OptionValues.Address(v))),
        List("dns-opt", "dns-opts", "DNS options to use", (o, v) => o.DnsOptions.Add(v)),
        List("dns-search", "dns-search", "DNS search domains to use", (o, v) => o.DnsSearch.Add(v)),
        List("host-gateway-ip", "host-gateway-ips", "IP addresses that the special 'host-gateway' string in --add-host resolves to",
            (o, v) => o.HostGatewayAddresses.Add(OptionValues.Address(v))),
    ];

    private static IEnumerable<Option> OfContainers() =>
    [
        Text("default-runtime", "Default OCI runtime for containers (default \"corten\")", (o, v) => o.DefaultRuntime = v) with { Reloads = true },
        Map("add-runtime", "runtimes", "Register an additional OCI compatible runtime", AddRuntime) with { SetJson = JsonValues.Runtimes, Reloads = true },
        Map("default-ulimit", "default-ulimits", "Default ulimits for containers", AddUlimit) with { SetJson = JsonValues.Ulimits },
        Text("log-driver", "Default driver for container logs (default \"json-file\")", (o, v) => o.LogDriver = v),
        Map("log-opt", "log-opts", "Default log driver options for containers", AddLogOption),
        Text("default-shm-size", "Default shm size for containers (default 64MiB)", (o, v) => o.DefaultShmSize = OptionValues.Bytes(v), "bytes") with { Reloads = true },
        Text("default-ipc-mode", "Default mode for containers ipc (\"shareable\" | \"private\") (default \"private\")",
            (o, v) => o.DefaultIpcMode = OptionValues.OneOf(v, "private", "shareable")),
        Text("default-cgroupns-mode", "Default mode for containers cgroup namespace (\"host\" | \"private\")",
            (o, v) => o.DefaultCgroupnsMode = OptionValues.OneOf(v, "private", "host")),
        Text("build-cache-limit", "What the build cache may keep; 0 for no bound (default a tenth of the disk)",
            (o, v) => o.BuildCacheLimit = OptionValues.Bytes(v), "bytes") with { Key = "builder", SetJson = JsonValues.Builder },
        Text("cgroup-parent", "Set parent cgroup for all containers", (o, v) => o.CgroupParent = v),
        Bool("init", "Run an init in the container to forward signals and reap processes", (o, v) => o.Init = v),
        Text("init-path", "Path to the init binary (default: our own)", (o, v) => o.InitPath = v),
        Bool("no-new-privileges", "Set no-new-privileges by default for new containers", (o, v) => o.NoNewPrivileges = v),
        Text("seccomp-profile", "Path to seccomp profile; \"unconfined\" disables the default one (default \"builtin\")",
            (o, v) => o.SeccompProfile = v == "builtin" ? "" : v),
        Bool("selinux-enabled", "Enable selinux support", (o, v) => o.SelinuxEnabled = v),
        List("cdi-spec-dir", "cdi-spec-dirs", "CDI specification directories to use", (o, v) => o.CdiSpecDirectories.Add(v)),
        List("exec-opt", "exec-opts", "Runtime execution options", CheckExecOption),
        Text("storage-driver", "Storage driver to use: overlay2", (_, v) => OptionValues.OneOf(v, "overlay2")) with { Short = 's' },
    ];

    /// <summary>What asks for no more than is done anyway.</summary>
    private static IEnumerable<Option> Accepted() =>
    [
        Bool("userland-proxy", "Use a userland proxy for loopback traffic (published ports are in the packet filter)", (o, v) => o.UserlandProxy = v),
        Text("userland-proxy-path", "Path to a userland proxy, which is not needed", static (_, _) => { }),
        Bool("raw-logs", "Full timestamps without ANSI coloring (the log never has colors)", static (_, _) => { }),
    ];

    private static IEnumerable<Option> Refused() =>
    [
        No("allow-direct-routing", "published ports are not opened on containers' own addresses") with { ValueName = "" },
        No("authorization-plugin", "authorization plugins are not supported") with { Key = "authorization-plugins" },
        No("containerd", "there is no containerd beneath this engine"),
        No("containerd-namespace", "there is no containerd beneath this engine"),
        No("containerd-plugins-namespace", "there is no containerd beneath this engine"),
        No("cri-containerd", "there is no containerd beneath this engine") with { ValueName = "" },
        No("cpu-rt-period", "real-time scheduling of the parent cgroup is not supported"),
        No("cpu-rt-runtime", "real-time scheduling of the parent cgroup is not supported"),
        No("metrics-addr", "metrics are not supported"),
        No("network-control-plane-mtu", "there are no overlay networks"),
        No("node-generic-resource", "there is no swarm") with { Key = "node-generic-resources" },
        No("rootless", "rootless mode is not supported") with { ValueName = "" },
        No("storage-opt", "the overlay2 driver takes no options") with { Key = "storage-opts" },
        No("swarm-default-advertise-addr", "there is no swarm"),
        No("userns-remap", "remapping all containers is not supported; a user namespace of its own is a container's option"),
    ];

    private static Option Text(string flag, string help, Action<DaemonOptions, string> set, string valueName = "string") =>
        new() { Flag = flag, Key = flag, ValueName = valueName, Help = help, Set = set };

    private static Option Bool(string flag, string help, Action<DaemonOptions, bool> set) =>
        new() { Flag = flag, Key = flag, Help = help, Set = (o, v) => set(o, OptionValues.Bool(v)) };

    private static Option Number(string flag, string help, Action<DaemonOptions, int> set) =>
        new() { Flag = flag, Key = flag, ValueName = "int", Help = help, Set = (o, v) => set(o, OptionValues.Int(v)) };

    private static Option List(string flag, string key, string help, Action<DaemonOptions, string> add, string valueName = "list") =>
        new() { Flag = flag, Key = key, ValueName = valueName, Help = help, Set = add, Repeats = true };

    private static Option Map(string flag, string key, string help, Action<DaemonOptions, string> add) => List(flag, key, help, add, "map");

    private static Option No(string flag, string reason) => new()
    {
        Flag = flag,
        Key = flag,
        ValueName = "string",
        Help = reason,
        Set = (_, _) => throw CortenException.Invalid(reason),
        Repeats = true,
        Refused = true,
    };

    private static CortenException NotPositive(int value) => CortenException.Invalid($"invalid value: {value}: must be greater than 0");

    private static string Absolute(string path) => Path.GetFullPath(path);

    private static void AddLabel(DaemonOptions options, string label)
    {
        OptionValues.Pair(label, "bad attribute format");
        options.Labels.Add(label);
    }

    private static void AddFeature(DaemonOptions options, string feature)
    {
        var (name, text) = OptionValues.Pair(feature, "bad feature format");
        var value = OptionValues.Bool(text);
        options.Features[name] = (name, value) switch
        {
            ("buildkit", _) or ("cdi", true) or ("containerd-snapshotter", false) => value,
            _ => throw CortenException.Invalid($"the feature {name}={text} is not supported: buildkit, cdi=true and containerd-snapshotter=false are"),
        };
    }

    private static void AddMirror(DaemonOptions options, string mirror)
    {
        var valid = Uri.TryCreate(mirror, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
        options.RegistryMirrors.Add(valid ? mirror : throw CortenException.Invalid($"invalid mirror: \"{mirror}\" is not a valid URI"));
    }

    private static void AddRuntime(DaemonOptions options, string text)
    {
        var (name, path) = OptionValues.Pair(text, "invalid runtime argument");
        options.Runtimes[name] = new RuntimeEntry(path, []);
    }

    private static void AddUlimit(DaemonOptions options, string text)
    {
        var ulimit = OptionValues.Ulimit(text);
        options.DefaultUlimits[ulimit.Name] = ulimit;
    }

    private static void AddLogOption(DaemonOptions options, string text)
    {
        var (name, value) = OptionValues.Pair(text, "invalid logging option");
        options.LogOptions[name] = value;
    }

    private static void AddNetworkOption(DaemonOptions options, string text)
    {
        var (driver, option) = OptionValues.Pair(text, "invalid network option");
        var (name, value) = OptionValues.Pair(option, "invalid network option");
        (options.DefaultNetworkOptions.TryGetValue(driver, out var given) ? given : options.DefaultNetworkOptions[driver] = [])[name] = value;
    }

    private static void CheckExecOption(DaemonOptions options, string text)
    {
        if (text != "native.cgroupdriver=cgroupfs")
        {
            throw CortenException.Invalid($"option {text} is not supported: only native.cgroupdriver=cgroupfs is");
        }
    }
}
