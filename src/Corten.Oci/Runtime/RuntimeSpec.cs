using System.Text.Json.Serialization;

namespace Corten.Oci.Runtime;

/// <summary>A bundle's <c>config.json</c> (runtime-spec 1.3, config.md).</summary>
public sealed record RuntimeSpec
{
    [JsonPropertyName("ociVersion")] public string OciVersion { get; init; } = "1.3.0";
    [JsonPropertyName("root")] public RootSpec? Root { get; init; }
    [JsonPropertyName("process")] public ProcessSpec? Process { get; init; }
    [JsonPropertyName("hostname")] public string? Hostname { get; init; }
    [JsonPropertyName("domainname")] public string? Domainname { get; init; }
    [JsonPropertyName("mounts")] public IReadOnlyList<MountSpec> Mounts { get; init; } = [];
    [JsonPropertyName("hooks")] public HookSet? Hooks { get; init; }
    [JsonPropertyName("annotations")] public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    [JsonPropertyName("linux")] public LinuxSpec? Linux { get; init; }
}

/// <summary>config.md, "Root": <c>path</c> may be relative to the bundle.</summary>
public sealed record RootSpec
{
    [JsonPropertyName("path")] public string Path { get; init; } = "";
    [JsonPropertyName("readonly")] public bool ReadOnly { get; init; }
}

/// <summary>config.md, "Mounts".</summary>
public sealed record MountSpec
{
    [JsonPropertyName("destination")] public string Destination { get; init; } = "";
    [JsonPropertyName("type")] public string? Type { get; init; }
    [JsonPropertyName("source")] public string? Source { get; init; }
    [JsonPropertyName("options")] public IReadOnlyList<string>? Options { get; init; }
    [JsonPropertyName("uidMappings")] public IReadOnlyList<IdMapping>? UidMappings { get; init; }
    [JsonPropertyName("gidMappings")] public IReadOnlyList<IdMapping>? GidMappings { get; init; }
}

/// <summary>A range of ids, from the first in the container and on the host.</summary>
public sealed record IdMapping
{
    [JsonPropertyName("containerID")] public uint ContainerId { get; init; }
    [JsonPropertyName("hostID")] public uint HostId { get; init; }
    [JsonPropertyName("size")] public uint Size { get; init; }
}

/// <summary>config.md, "POSIX-platform Hooks", in the order in which they run.</summary>
public sealed record HookSet
{
    [JsonPropertyName("prestart")] public IReadOnlyList<HookSpec>? Prestart { get; init; }
    [JsonPropertyName("createRuntime")] public IReadOnlyList<HookSpec>? CreateRuntime { get; init; }
    [JsonPropertyName("createContainer")] public IReadOnlyList<HookSpec>? CreateContainer { get; init; }
    [JsonPropertyName("startContainer")] public IReadOnlyList<HookSpec>? StartContainer { get; init; }
    [JsonPropertyName("poststart")] public IReadOnlyList<HookSpec>? Poststart { get; init; }
    [JsonPropertyName("poststop")] public IReadOnlyList<HookSpec>? Poststop { get; init; }
}

/// <summary>A program to run; <c>timeout</c> in seconds, above 0.</summary>
public sealed record HookSpec
{
    [JsonPropertyName("path")] public string Path { get; init; } = "";
    [JsonPropertyName("args")] public IReadOnlyList<string>? Args { get; init; }
    [JsonPropertyName("env")] public IReadOnlyList<string>? Env { get; init; }
    [JsonPropertyName("timeout")] public int? Timeout { get; init; }
}

/// <summary>What <c>state</c> prints (runtime.md, "State").</summary>
public sealed record ContainerState
{
    [JsonPropertyName("ociVersion")] public string OciVersion { get; init; } = "1.3.0";
    [JsonPropertyName("id")] public string Id { get; init; } = "";
    [JsonPropertyName("status")] public string Status { get; init; } = "";
    [JsonPropertyName("pid")] public int Pid { get; init; }
    [JsonPropertyName("bundle")] public string Bundle { get; init; } = "";
    [JsonPropertyName("rootfs")] public string? Rootfs { get; init; }
    [JsonPropertyName("created")] public DateTimeOffset? Created { get; init; }
    [JsonPropertyName("owner")] public string? Owner { get; init; }
    [JsonPropertyName("annotations")] public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
