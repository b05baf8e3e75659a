using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers;

/// <summary>What the daemon's flags and file say about containers. Fixed while the daemon runs, except for what a reload replaces as a whole.</summary>
public sealed record ContainerSettings
{
    /// <summary>Durable state; a container's own files are under <c>containers/ID</c> in it.</summary>
    public required string DataRoot { get; init; }

    /// <summary>State of this boot: bundles, sockets of monitors, the runtime's own state.</summary>
    public required string ExecRoot { get; init; }

    /// <summary>The program <c>corten-runtime</c>.</summary>
    public required string RuntimePath { get; init; }

    public string DefaultRuntime { get; init; } = BuiltInRuntime;

    /// <summary>Further OCI runtimes by name: program, then its arguments.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Runtimes { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Logging driver and options of containers that name none.</summary>
    public LogConfig DefaultLog { get; init; } = new() { Type = "json-file", Config = [] };

    public IReadOnlyList<Ulimit> DefaultUlimits { get; init; } = [];

    /// <summary>Bytes of /dev/shm.</summary>
    public long DefaultShmSize { get; init; } = 64 << 20;

    /// <summary><c>private</c> or <c>shareable</c>.</summary>
    public string DefaultIpcMode { get; init; } = "private";

    /// <summary><c>private</c> or <c>host</c>; empty for what the kernel's cgroup version suggests.</summary>
    public string DefaultCgroupnsMode { get; init; } = "";

    /// <summary>The cgroup that containers' groups are made under.</summary>
    public string CgroupParent { get; init; } = "/corten";

    /// <summary><c>--init</c> for containers that do not say.</summary>
    public bool Init { get; init; }

    /// <summary>The program that <c>--init</c> makes PID 1; our own unless set.</summary>
    public string? InitPath { get; init; }

    public bool NoNewPrivileges { get; init; }

    /// <summary>A profile for containers that name none: a file, <c>unconfined</c>, or empty for the built-in one.</summary>
    public string SeccompProfile { get; init; } = "";

    public bool SelinuxEnabled { get; init; }

    /// <summary>Seconds that containers get to stop when the daemon ends and <c>live-restore</c> is off.</summary>
    public int ShutdownTimeout { get; init; } = 15;

    /// <summary>Where CDI looks for specifications.</summary>
    public IReadOnlyList<string> CdiDirectories { get; init; } = ["/etc/cdi", "/var/run/cdi"];

    /// <summary>The runtime that needs no configuration: our own.</summary>
    public const string BuiltInRuntime = "corten";

    /// <summary>
    /// The program and arguments of another runtime; null for our own. It also answers to the names by which clients ask for the reference runtime,
    /// unless one of that name is configured.
    /// </summary>
    /// <exception cref="CortenException">A name that nobody configured.</exception>
    public IReadOnlyList<string>? RuntimeCommand(string? name) =>
        name is not null && Runtimes.TryGetValue(name, out var command) ? command
        : name is null or "" or BuiltInRuntime or "runc" or "io.containerd.runc.v2" ? null
        : throw CortenException.Invalid($"unknown or invalid runtime name: {name}");
}
