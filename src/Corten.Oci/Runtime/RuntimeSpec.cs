using System.Text.Json.Serialization;

namespace Corten.Oci.Runtime;

/// <summary>A bundle's <c>config.json</c> (runtime-spec 1.3, config.md).</summary>
public sealed record RuntimeSpec
{
    [JsonPropertyName("ociVersion")] public string OciVersion { get; set; } = "1.3.0";
    [JsonPropertyName("root")] public RootSpec? Root { get; set; }
    [JsonPropertyName("process")] public ProcessSpec? Process { get; set; }
    [JsonPropertyName("hostname")] public string? Hostname { get; set; }
    [JsonPropertyName("domainname")] public string? Domainname { get; set; }
    [JsonPropertyName("mounts")] public IReadOnlyList<MountSpec> Mounts { get; set; } = [];
    [JsonPropertyName("hooks")] public HookSet? Hooks { get; set; }
    [JsonPropertyName("annotations")] public IReadOnlyDictionary<string, string>? Annotations { get; set; }
    [JsonPropertyName("linux")] public LinuxSpec? Linux { get; set; }
}

/// <summary>config.md, "Root": <c>path</c> may be relative to the bundle.</summary>
public sealed record RootSpec
{
    [JsonPropertyName("path")] public string Path { get; set; } = "";
    [JsonPropertyName("readonly")] public bool ReadOnly { get; set; }
}

/// <summary>config.md, "Mounts".</summary>
public sealed record MountSpec
{
    [JsonPropertyName("destination")] public string Destination { get; set; } = "";
    [JsonPropertyName("type")] public string? Type { get; set; }
    [JsonPropertyName("source")] public string? Source { get; set; }
    [JsonPropertyName("options")] public IReadOnlyList<string>? Options { get; set; }
    [JsonPropertyName("uidMappings")] public IReadOnlyList<IdMapping>? UidMappings { get; set; }
    [JsonPropertyName("gidMappings")] public IReadOnlyList<IdMapping>? GidMappings { get; set; }
}

/// <summary>A range of ids, from the first in the container and on the host.</summary>
public sealed record IdMapping
{
    [JsonPropertyName("containerID")] public uint ContainerId { get; set; }
    [JsonPropertyName("hostID")] public uint HostId { get; set; }
    [JsonPropertyName("size")] public uint Size { get; set; }
}

/// <summary>config.md, "POSIX-platform Hooks", in the order in which they run.</summary>
public sealed record HookSet
{
    [JsonPropertyName("prestart")] public IReadOnlyList<HookSpec>? Prestart { get; set; }
    [JsonPropertyName("createRuntime")] public IReadOnlyList<HookSpec>? CreateRuntime { get; set; }
    [JsonPropertyName("createContainer")] public IReadOnlyList<HookSpec>? CreateContainer { get; set; }
    [JsonPropertyName("startContainer")] public IReadOnlyList<HookSpec>? StartContainer { get; set; }
    [JsonPropertyName("poststart")] public IReadOnlyList<HookSpec>? Poststart { get; set; }
    [JsonPropertyName("poststop")] public IReadOnlyList<HookSpec>? Poststop { get; set; }
}

/// <summary>A program to run; <c>timeout</c> in seconds, above 0.</summary>
public sealed record HookSpec
{
    [JsonPropertyName("path")] public string Path { get; set; } = "";
    [JsonPropertyName("args")] public IReadOnlyList<string>? Args { get; set; }
    [JsonPropertyName("env")] public IReadOnlyList<string>? Env { get; set; }
    [JsonPropertyName("timeout")] public int? Timeout { get; set; }
}

/// <summary>What <c>state</c> prints (runtime.md, "State").</summary>
public sealed record ContainerState
{
    [JsonPropertyName("ociVersion")] public string OciVersion { get; set; } = "1.3.0";
    [JsonPropertyName("id")] public string Id { get; set; } = "";
    [JsonPropertyName("status")] public string Status { get; set; } = "";
    [JsonPropertyName("pid")] public int Pid { get; set; }
    [JsonPropertyName("bundle")] public string Bundle { get; set; } = "";
    [JsonPropertyName("rootfs")] public string? Rootfs { get; set; }
    [JsonPropertyName("created")] public DateTimeOffset? Created { get; set; }
    [JsonPropertyName("owner")] public string? Owner { get; set; }
    [JsonPropertyName("annotations")] public IReadOnlyDictionary<string, string>? Annotations { get; set; }
}
