using Corten.Cli.Grammar;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>The options that make a container: shared by run and create.</summary>
internal static class RunOptions
{
    public static Option[] Create() => [.. Identity(), .. Network(), .. Storage(), .. Limits(), .. Security(), .. Health()];

    /// <summary>Those of run alone.</summary>
    public static Option[] Run() =>
    [
        .. Create(),
        Flag("detach", 'd', "Leave the container running in the background and print its ID"),
        Text("detach-keys", "Key sequence that detaches from the container"),
        Flag("sig-proxy", "Pass received signals on to the process") with { Default = "true" },
    ];

    private static Option[] Identity() =>
    [
        Text("name", "Name of the container") with { Completes = Completion.Nothing },
        Text("hostname", 'h', "Host name within the container"),
        Text("domainname", "NIS domain name within the container"),
        List("label", 'l', "Label of the container", OptionCheck.Label),
        List("label-file", "Read labels from a file, one a line") with { Completes = Completion.Files },
        Map("annotation", "Annotation of the container, passed through to the OCI runtime"),
        Text("cidfile", "Write the container's ID to this file"),
        Text("user", 'u', "User name or ID, and group (NAME|UID[:GROUP|GID])"),
        List("group-add", "Further group of the process"),
        Text("workdir", 'w', "Working directory within the container"),
        Text("entrypoint", "Replace the image's ENTRYPOINT"),
        List("env", 'e', "Environment variable; without a value it is taken from here", OptionCheck.Environment),
        List("env-file", "Read environment variables from a file") with { Completes = Completion.Files },
        Text("platform", "Choose this platform of an image that has several"),
        Text("pull", "Pull the image before running (\"always\", \"missing\", \"never\")") with { Default = "missing", Choices = ["always", "missing", "never"] },
        Flag("quiet", 'q', "Do not show the progress of a pull"),
        List("attach", 'a', "Attach to STDIN, STDOUT or STDERR", OptionCheck.Stream) with { Choices = ["stdin", "stdout", "stderr"] },
        Flag("interactive", 'i', "Keep STDIN open even if not attached"),
        Flag("tty", 't', "Give the process a terminal"),
        Text("restart", "What to do when the container exits") with { Default = "no", Choices = ["no", "always", "unless-stopped", "on-failure"] },
        Flag("rm", "Remove the container, and its anonymous volumes, when it exits"),
        Text("stop-signal", "Signal that stops the container"),
        Int("stop-timeout", "Seconds from that signal to SIGKILL"),
        Flag("init", "Run a small init that forwards signals and reaps processes"),
        Text("runtime", "OCI runtime to run the container with"),
        Text("isolation", "Isolation technology"),
        Flag("use-api-socket", "Give the container the engine's API socket and the credentials of registries"),
        Flag("disable-content-trust", "Skip image verification") with { Default = "true" },
    ];

    private static Option[] Network() =>
    [
        List("network", "Connect the container to a network", NetworkArgument.Check) with { TypeWord = "network", Completes = Completion.Networks },
        List("net", "Connect the container to a network", NetworkArgument.Check) with { Hidden = true, SameAs = "network" },
        List("network-alias", "Further name of the container on its network"),
        List("net-alias", "Further name of the container on its network") with { Hidden = true, SameAs = "network-alias" },
        Text("ip", "IPv4 address (such as 172.30.100.104)"),
        Text("ip6", "IPv6 address (such as 2001:db8::33)"),
        List("link", "Make another container reachable by a name", OptionCheck.Link) with { Completes = Completion.Containers },
        List("link-local-ip", "Link-local address of the container"),
        Text("mac-address", "MAC address (such as 92:d0:c6:0a:29:33)"),
        List("publish", 'p', "Publish a port of the container on the host ([ip:][hostPort:]containerPort[/proto])"),
        Flag("publish-all", 'P', "Publish every exposed port on a free one of the host"),
        List("expose", "Expose a port or a range of ports"),
        List("add-host", "Further line of /etc/hosts (host:ip)", OptionCheck.ExtraHost),
        List("dns", "DNS server of the container", OptionCheck.IpAddress),
        List("dns-option", "Option of the container's resolver"),
        List("dns-opt", "Option of the container's resolver") with { Hidden = true, SameAs = "dns-option" },
        List("dns-search", "Domain that the container searches names in", OptionCheck.DnsSearch),
    ];

    private static Option[] Storage() =>
    [
        List("volume", 'v', "Mount a volume or a path of the host ([source:]target[:options])") with { Completes = Completion.Volumes },
        List("volumes-from", "Mount the volumes of another container") with { Completes = Completion.Containers },
        Text("volume-driver", "Driver of the volumes that are created"),
        List("mount", "Mount a file system (type=bind|volume|tmpfs|image,src=…,dst=…)", MountArgument.Check) with { TypeWord = "mount" },
        List("tmpfs", "Mount a temporary file system (path[:options])"),
        Flag("read-only", "Make the container's root file system read-only"),
        List("storage-opt", "Option of the container's storage"),
        Bytes("shm-size", "Size of /dev/shm"),
        List("device", "Add a device of the host (host[:container[:rwm]] or a CDI name)"),
        List("device-cgroup-rule", "Add a rule to the list of allowed devices", OptionCheck.CgroupRule),
        List("gpus", "Graphics processors to add ('all' for each)", GpuArgument.Check) with { TypeWord = "gpu-request" },
    ];

    private static Option[] Limits() =>
    [
        .. Shared(),
        Int("memory-swappiness", "How readily the kernel swaps the container's memory (0 to 100)") with { Default = "-1" },
        Bytes("kernel-memory", "Limit of kernel memory, which kernels no longer have"),
        Flag("oom-kill-disable", "Do not kill processes when memory runs out"),
        Int("oom-score-adj", "Preference of the host's out-of-memory killer (-1000 to 1000)"),
        List("ulimit", "Resource limit of processes (name=soft[:hard])", OptionCheck.Ulimit) with { TypeWord = "ulimit" },
        List("blkio-weight-device", "Block IO weight of a device (path:weight)", OptionCheck.WeightDevice),
        List("device-read-bps", "Limit of bytes read a second from a device (path:rate)", OptionCheck.ThrottleBytes),
        List("device-read-iops", "Limit of reads a second from a device (path:rate)", OptionCheck.ThrottleOperations),
        List("device-write-bps", "Limit of bytes written a second to a device (path:rate)", OptionCheck.ThrottleBytes),
        List("device-write-iops", "Limit of writes a second to a device (path:rate)", OptionCheck.ThrottleOperations),
        Int("cpu-count", "Processors (Windows only)") with { Hidden = true, Needs = Option.Windows },
        Int("cpu-percent", "Percent of processors (Windows only)") with { Hidden = true, Needs = Option.Windows },
        Bytes("io-maxbandwidth", "Limit of IO bandwidth (Windows only)") with { Hidden = true, Needs = Option.Windows },
        Int("io-maxiops", "Limit of IO operations a second (Windows only)") with { Hidden = true, Needs = Option.Windows },
    ];

    /// <summary>The limits that a running container's can be changed to, too.</summary>
    public static Option[] Shared() =>
    [
        new Option("cpus", '\0', OptionKind.Decimal, "Number of processors"),
        Int("cpu-shares", 'c', "Processor time relative to other containers"),
        Int("cpu-period", "Period of the processor limit, in microseconds"),
        Int("cpu-quota", "Processor time in each period, in microseconds"),
        Int("cpu-rt-period", "Period of the real-time limit, in microseconds"),
        Int("cpu-rt-runtime", "Real-time processor time in each period, in microseconds"),
        Text("cpuset-cpus", "Processors to run on (0-3, 0,1)"),
        Text("cpuset-mems", "Memory nodes to use (0-3, 0,1)"),
        Bytes("memory", 'm', "Limit of memory"),
        Bytes("memory-reservation", "Soft limit of memory"),
        Text("memory-swap", "Limit of memory and swap together; -1 for unlimited swap") with { TypeWord = "bytes", Check = MemorySwap },
        Int("pids-limit", "Limit of processes; -1 for none"),
        new Option("blkio-weight", '\0', OptionKind.Uint16, "Block IO relative to other containers (10 to 1000, or 0)") with { Default = "0" },
    ];

    private static Option[] Security() =>
    [
        Flag("privileged", "Give the container every right"),
        List("cap-add", "Add a capability"),
        List("cap-drop", "Drop a capability"),
        List("security-opt", "Security option (seccomp=…, apparmor=…, label=…, no-new-privileges)"),
        Text("userns", "User namespace (host)"),
        Map("sysctl", "Kernel parameter of the container's namespaces", OptionCheck.Sysctl),
        Text("pid", "PID namespace (host|container:NAME)"),
        Text("ipc", "IPC namespace (none, private, shareable, host or container:NAME)"),
        Text("uts", "UTS namespace (host)"),
        Text("cgroupns", "Cgroup namespace (host|private)") with { Choices = ["host", "private"] },
        Text("cgroup-parent", "Cgroup to put the container's in"),
        Text("log-driver", "Where the container's output is kept"),
        List("log-opt", "Option of that driver"),
    ];

    private static Option[] Health() =>
    [
        Text("health-cmd", "Command that checks the container's health"),
        Duration("health-interval", "Time from one check to the next (ms|s|m|h)"),
        Int("health-retries", "Failures in a row that make the container unhealthy"),
        Duration("health-timeout", "Time that one check may take (ms|s|m|h)"),
        Duration("health-start-period", "Time in which failures do not count yet (ms|s|m|h)"),
        Duration("health-start-interval", "Time between checks in that period (ms|s|m|h)"),
        Flag("no-healthcheck", "Ignore the image's HEALTHCHECK"),
    ];

    private static string? MemorySwap(string value) => value == "-1" ? null : OptionCheck.ByKind(OptionKind.Bytes, value);
}
