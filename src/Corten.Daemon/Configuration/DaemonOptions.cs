using System.Net;
using Corten.Daemon.Diagnostics;
using Corten.EngineApi.Containers;

namespace Corten.Daemon.Configuration;

/// <summary>
/// Everything that can be set, with its defaults. Written only while the flags and the file are read; from then on it is passed on whole
/// and not changed: a reload makes another one.
/// </summary>
internal sealed class DaemonOptions
{
    // The daemon itself.
    public string DataRoot { get; set; } = "/var/lib/corten";

    public string ExecRoot { get; set; } = "/run/corten";

    /// <summary>Null stands for <c>cortend.pid</c> in the exec root, so that daemons with roots of their own do not meet in one file.</summary>
    public string? PidFile { get; set; }

    public string ConfigFile { get; set; } = "/etc/corten/daemon.json";

    /// <summary>Null stands for <c>corten-runtime</c> beside this program.</summary>
    public string? RuntimePath { get; set; }

    public List<string> Hosts { get; set; } = [];

    public string Group { get; set; } = "docker";

    public bool Debug { get; set; }

    public LogLevel LogLevel { get; set; } = LogLevel.Info;

    public LogFormat LogFormat { get; set; } = LogFormat.Text;

    public List<string> Labels { get; set; } = [];

    public bool Experimental { get; set; }

    public SortedDictionary<string, bool> Features { get; set; } = new(StringComparer.Ordinal);

    public bool Tls { get; set; }

    public bool TlsVerify { get; set; }

    public string TlsCaCertificate { get; set; } = UserFile("ca.pem");

    public string TlsCertificate { get; set; } = UserFile("cert.pem");

    public string TlsKey { get; set; } = UserFile("key.pem");

    public int ShutdownTimeout { get; set; } = 15;

    public bool LiveRestore { get; set; }

    public string HttpProxy { get; set; } = "";

    public string HttpsProxy { get; set; } = "";

    public string NoProxy { get; set; } = "";

    // Images.
    public List<string> RegistryMirrors { get; set; } = [];

    public List<string> InsecureRegistries { get; set; } = [];

    public int MaxConcurrentDownloads { get; set; } = 3;

    public int MaxConcurrentUploads { get; set; } = 5;

    public int MaxDownloadAttempts { get; set; } = 5;

    // Networks.
    public string Bridge { get; set; } = "";

    public string Bip { get; set; } = "";

    public string Bip6 { get; set; } = "";

    public string FixedCidr { get; set; } = "";

    public string FixedCidrV6 { get; set; } = "";

    public IPAddress? DefaultGateway { get; set; }

    public IPAddress? DefaultGatewayV6 { get; set; }

    public bool InterContainerCommunication { get; set; } = true;

    public IPAddress DefaultBindingAddress { get; set; } = IPAddress.Any;

    public bool IpForward { get; set; } = true;

    public bool IpForwardNoDrop { get; set; }

    public bool IpMasquerade { get; set; } = true;

    public bool PacketFilter { get; set; } = true;

    public bool PacketFilterV6 { get; set; } = true;

    public bool Ipv6 { get; set; }

    public int Mtu { get; set; } = 1500;

    public bool UserlandProxy { get; set; } = true;

    public List<AddressPool> DefaultAddressPools { get; set; } = [];

    /// <summary>By driver: <c>bridge=com.docker.network.driver.mtu=1400</c>.</summary>
    public Dictionary<string, Dictionary<string, string>> DefaultNetworkOptions { get; set; } = [];

    public List<IPAddress> Dns { get; set; } = [];

    public List<string> DnsOptions { get; set; } = [];

    public List<string> DnsSearch { get; set; } = [];

    public List<IPAddress> HostGatewayAddresses { get; set; } = [];

    // Containers.
    public string DefaultRuntime { get; set; } = "corten";

    public SortedDictionary<string, RuntimeEntry> Runtimes { get; set; } = new(StringComparer.Ordinal);

    public Dictionary<string, Ulimit> DefaultUlimits { get; set; } = [];

    public string LogDriver { get; set; } = "json-file";

    public Dictionary<string, string> LogOptions { get; set; } = [];

    public long DefaultShmSize { get; set; } = 64 << 20;

    /// <summary>Bytes that the build cache may keep; 0 for no bound, null for a tenth of the disk.</summary>
    public long? BuildCacheLimit { get; set; }

    public string DefaultIpcMode { get; set; } = "private";

    public string DefaultCgroupnsMode { get; set; } = "";

    public string CgroupParent { get; set; } = "";

    public bool Init { get; set; }

    public string? InitPath { get; set; }

    public bool NoNewPrivileges { get; set; }

    public string SeccompProfile { get; set; } = "";

    public bool SelinuxEnabled { get; set; }

    public List<string> CdiSpecDirectories { get; set; } = [];

    // What is asked of this process only.
    public bool Validate { get; set; }

    public bool ShowVersion { get; set; }

    public bool ShowHelp { get; set; }

    /// <summary>TLS is on: <c>--tlsverify</c> implies <c>--tls</c>.</summary>
    public bool UsesTls => Tls || TlsVerify;

    public string PidPath => PidFile ?? Path.Combine(ExecRoot, "cortend.pid");

    /// <summary>These, with what a reload may change taken from others (see <see cref="Option.Reloads"/>).</summary>
    public DaemonOptions WithReloaded(DaemonOptions others)
    {
        var copy = (DaemonOptions)MemberwiseClone();
        copy.Debug = others.Debug;
        copy.LogLevel = others.LogLevel;
        copy.Labels = others.Labels;
        copy.Features = others.Features;
        copy.LiveRestore = others.LiveRestore;
        copy.ShutdownTimeout = others.ShutdownTimeout;
        copy.RegistryMirrors = others.RegistryMirrors;
        copy.InsecureRegistries = others.InsecureRegistries;
        copy.MaxConcurrentDownloads = others.MaxConcurrentDownloads;
        copy.MaxConcurrentUploads = others.MaxConcurrentUploads;
        copy.MaxDownloadAttempts = others.MaxDownloadAttempts;
        copy.DefaultRuntime = others.DefaultRuntime;
        copy.Runtimes = others.Runtimes;
        copy.DefaultShmSize = others.DefaultShmSize;
        return copy;
    }

    private static string UserFile(string name) =>
        Path.Combine(
            Environment.GetEnvironmentVariable("DOCKER_CERT_PATH") is { Length: > 0 } folder
                ? folder
                : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/root", ".docker"),
            name);
}

/// <summary>Another OCI runtime: <c>--add-runtime NAME=PATH</c>.</summary>
internal sealed record RuntimeEntry(string Path, IReadOnlyList<string> Arguments);

/// <summary>Addresses for networks that name none: networks of <see cref="Size"/> bits cut from <see cref="Base"/>.</summary>
internal sealed record AddressPool(IPNetwork Base, int Size);
