using System.Text.Json;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Tests;

/// <summary>A bundle in a temporary folder: a root file system of busybox, and a configuration as the engine makes them, with what a test changes.</summary>
internal sealed class TestBundle : IDisposable
{
    public static readonly IReadOnlyList<string> DefaultCapabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP",
        "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    public TestBundle(string? id = null)
    {
        Id = id ?? "corten-test-" + Guid.NewGuid().ToString("n")[..12];
        Folder = Directory.CreateTempSubdirectory("corten-runtime-").FullName;
        Root = Path.Combine(Folder, "rootfs");
        foreach (string name in (string[])["bin", "dev", "etc", "proc", "sys", "tmp", "root", "mnt"]) Directory.CreateDirectory(Path.Combine(Root, name));
        string busybox = Path.Combine(Root, "bin", "busybox");
        File.Copy(BusyBox(), busybox);
        foreach (string applet in (string[])
        [
            "sh", "cat", "echo", "ls", "true", "false", "id", "sleep", "grep", "mount", "stat", "head", "touch", "mkdir", "ln", "env", "hostname", "ps", "kill", "readlink",
            "wc", "tty", "stty", "chmod", "mknod", "dd", "date", "ip", "umount", "pwd", "cp", "rm", "seq", "tr", "sort", "yes", "test", "unshare", "nice", "cut", "uname", "dmesg",
        ])
        {
            File.CreateSymbolicLink(Path.Combine(Root, "bin", applet), "busybox");
        }
        File.WriteAllText(Path.Combine(Root, "etc", "passwd"), "root:x:0:0:root:/root:/bin/sh\nperson:x:1000:1000:p:/home/person:/bin/sh\n");
    }

    public string Id { get; }

    public string Folder { get; }

    public string Root { get; }

    /// <summary>Where the test keeps the runtime's state.</summary>
    public string StateRoot => Path.Combine(Folder, "state");

    public static RuntimeSpec DefaultSpec(string id, params string[] arguments) => new()
    {
        Root = new RootSpec { Path = "rootfs" },
        Hostname = "box",
        Process = new ProcessSpec
        {
            Args = arguments,
            Env = ["PATH=/bin:/usr/bin"],
            Cwd = "/",
            Capabilities = new CapabilitySets { Bounding = DefaultCapabilities, Effective = DefaultCapabilities, Permitted = DefaultCapabilities },
        },
        Mounts =
        [
            new MountSpec { Destination = "/proc", Type = "proc", Source = "proc", Options = ["nosuid", "noexec", "nodev"] },
            new MountSpec { Destination = "/dev", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "strictatime", "mode=755", "size=65536k"] },
            new MountSpec { Destination = "/dev/pts", Type = "devpts", Source = "devpts", Options = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"] },
            new MountSpec { Destination = "/sys", Type = "sysfs", Source = "sysfs", Options = ["nosuid", "noexec", "nodev", "ro"] },
            new MountSpec { Destination = "/sys/fs/cgroup", Type = "cgroup", Source = "cgroup", Options = ["ro", "nosuid", "noexec", "nodev"] },
            new MountSpec { Destination = "/dev/mqueue", Type = "mqueue", Source = "mqueue", Options = ["nosuid", "noexec", "nodev"] },
            new MountSpec { Destination = "/dev/shm", Type = "tmpfs", Source = "shm", Options = ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
        ],
        Linux = new LinuxSpec
        {
            CgroupsPath = "/corten-test/" + id,
            Namespaces =
            [
                new NamespaceSpec { Type = "mount" }, new NamespaceSpec { Type = "network" }, new NamespaceSpec { Type = "uts" }, new NamespaceSpec { Type = "pid" },
                new NamespaceSpec { Type = "ipc" }, new NamespaceSpec { Type = "cgroup" },
            ],
            Resources = new ResourcesSpec { Devices = [new DeviceRule { Allow = false, Access = "rwm" }] },
            MaskedPaths = ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
            ReadOnlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        },
    };

    public void Write(RuntimeSpec spec) => File.WriteAllBytes(Path.Combine(Folder, "config.json"), JsonSerializer.SerializeToUtf8Bytes(spec, RuntimeJson.Plain.RuntimeSpec));

    public RuntimeSpec Write(params string[] arguments)
    {
        RuntimeSpec spec = DefaultSpec(Id, arguments);
        Write(spec);
        return spec;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Debian's busybox-static.</summary>
    private static string BusyBox()
    {
        foreach (string path in (string[])["/usr/bin/busybox", "/bin/busybox"])
        {
            if (File.Exists(path)) return path;
        }
        throw new FileNotFoundException("busybox is missing: install busybox-static");
    }
}
