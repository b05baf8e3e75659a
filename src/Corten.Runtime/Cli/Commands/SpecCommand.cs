using System.Text;
using System.Text.Json;
using Corten.Linux.Processes;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>spec</c>: a configuration to begin from, which runs a shell.</summary>
internal static class SpecCommand
{
    private static readonly string[] Capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

    public static int Run(RuntimeContext context, OptionSet options)
    {
        string path = BundleFile.PathIn(options.Value("bundle") ?? ".");
        if (File.Exists(path)) throw CortenException.Conflict($"file {Path.GetFileName(path)} exists. Remove it first");
        RuntimeSpec spec = Template();
        if (options.Flag("rootless")) spec = ForUser(spec, Credentials.EffectiveUser, Credentials.EffectiveGroup);
        File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes(JsonSerializer.Serialize(spec, CliJson.Spec.RuntimeSpec)), (byte)'\n']);
        return 0;
    }

    private static RuntimeSpec Template() => new()
    {
        OciVersion = RuntimeCli.SpecVersion,
        Root = new RootSpec { Path = "rootfs", ReadOnly = true },
        Hostname = "corten",
        Process = new ProcessSpec
        {
            Terminal = true,
            Args = ["sh"],
            Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            Cwd = "/",
            NoNewPrivileges = true,
            Capabilities = new CapabilitySets { Bounding = Capabilities, Effective = Capabilities, Permitted = Capabilities },
            Rlimits = [new RlimitSpec { Type = "RLIMIT_NOFILE", Soft = 1024, Hard = 1024 }],
        },
        Mounts =
        [
            Mount("/proc", "proc", "proc"),
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
            Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
            Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
            Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
            Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro"),
        ],
        Linux = new LinuxSpec
        {
            Resources = new ResourcesSpec { Devices = [new DeviceRule { Allow = false, Access = "rwm" }] },
            Namespaces = [.. new[] { "pid", "network", "ipc", "uts", "mount", "cgroup" }.Select(type => new NamespaceSpec { Type = type })],
            MaskedPaths =
            [
                "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
                "/sys/firmware", "/proc/scsi",
            ],
            ReadOnlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        },
    };

    /// <summary>A user namespace of one's own id, no network of one's own, the host's sysfs, no cgroup limits.</summary>
    private static RuntimeSpec ForUser(RuntimeSpec spec, uint uid, uint gid) => spec with
    {
        Mounts =
        [
            .. spec.Mounts.Where(mount => mount.Destination is not ("/sys" or "/sys/fs/cgroup"))
                .Select(mount => mount with { Options = mount.Options?.Where(option => !option.StartsWith("gid=", StringComparison.Ordinal)).ToArray() }),
            Mount("/sys", "none", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro"),
        ],
        Linux = spec.Linux! with
        {
            Resources = null,
            Namespaces = [.. spec.Linux!.Namespaces!.Where(entry => entry.Type != "network"), new NamespaceSpec { Type = "user" }],
            UidMappings = [new IdMapping { ContainerId = 0, HostId = uid, Size = 1 }],
            GidMappings = [new IdMapping { ContainerId = 0, HostId = gid, Size = 1 }],
        },
    };

    private static MountSpec Mount(string destination, string type, string source, params string[] options)
        => new() { Destination = destination, Type = type, Source = source, Options = options.Length > 0 ? options : null };
}
