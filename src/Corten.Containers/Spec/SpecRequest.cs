using Corten.Containers.Mounts;
using Corten.EngineApi.Containers;

namespace Corten.Containers.Spec;

/// <summary>Everything that one container's <c>config.json</c> is computed from. Whatever had to be looked up or made is in here: building it asks nobody.</summary>
internal sealed record SpecRequest
{
    public required string Id { get; init; }

    /// <summary>Merged with the image's.</summary>
    public required ContainerConfig Config { get; init; }

    public required HostConfig Host { get; init; }

    public required SecurityOptions Security { get; init; }

    public required Identity Identity { get; init; }

    /// <summary>Where the root file system gets mounted.</summary>
    public required string RootPath { get; init; }

    /// <summary>Volumes have their host paths, images a folder in which they are mounted.</summary>
    public required IReadOnlyList<ContainerMount> Mounts { get; init; }

    /// <summary>On the host: the files that appear in the container's /etc.</summary>
    public required string HostnameFile { get; init; }

    public required string HostsFile { get; init; }

    public required string ResolvConfFile { get; init; }

    /// <summary>The folder that is /dev/shm when it is shared with others; null for a tmpfs of its own.</summary>
    public string? SharedMemoryFolder { get; init; }

    /// <summary>Null to use the host's network.</summary>
    public required string? NetworkNamespace { get; init; }

    /// <summary>Init of the container whose IPC namespace is joined.</summary>
    public int? IpcPid { get; init; }

    public int? PidNamespacePid { get; init; }

    /// <summary>Variables of legacy links.</summary>
    public IReadOnlyList<string> LinkVariables { get; init; } = [];

    public required ContainerSettings Settings { get; init; }

    /// <summary>What the container calls itself: its own name, or the host's with <c>--uts host</c>.</summary>
    public required string Hostname { get; init; }

    /// <summary>The program of <c>--init</c> when another runtime than ours makes the container; null otherwise.</summary>
    public string? InitProgram { get; init; }
}
