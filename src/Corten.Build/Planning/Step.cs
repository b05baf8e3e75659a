using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>
/// A node of the build graph: something that, run on its inputs, gives a file tree. Steps are compared by identity; what makes two runs of
/// one equal is decided by the solver from their fields and the content of their inputs.
/// </summary>
public abstract class Step
{
    /// <summary>What progress shows: <c>[stage 2/5] RUN make</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The instruction as history and explanations show it.</summary>
    public string Instruction { get; init; } = "";

    /// <summary>The lines it comes from; null for steps that no line asked for.</summary>
    public SourceRange? Range { get; init; }

    /// <summary>The platform that its content is for.</summary>
    public required Platform Platform { get; init; }

    /// <summary>Run it even if an equal one is in the cache.</summary>
    public bool IgnoreCache { get; init; }

    /// <summary>
    /// Where it stands, to find the earlier run of the same place: file, stage and number within the stage.
    /// </summary>
    public string Place { get; init; } = "";

    /// <summary>The tree that this one changes; null if it begins one.</summary>
    public virtual Step? Parent => null;

    /// <summary>Every step whose result this one needs, the parent first.</summary>
    public virtual IEnumerable<Step> Inputs => Parent is null ? [] : [Parent];
}

/// <summary>An empty tree.</summary>
public sealed class ScratchStep : Step;

/// <summary>The layers of an image.</summary>
public sealed class ImageStep : Step
{
    public required BaseImage Image { get; init; }
}

/// <summary>What another build gave.</summary>
public sealed class BuiltStep : Step
{
    public required Solving.Tree Tree { get; init; }
}

/// <summary>A folder that the client has: the build context or a named one.</summary>
public sealed class LocalStep : Step
{
    public const string MainContext = "context";

    public required string ContextName { get; init; }

    /// <summary>The paths that instructions use, relative; null for all.</summary>
    public IReadOnlySet<string>? Paths { get; set; }
}

/// <summary>A file from a URL.</summary>
public sealed class HttpStep : Step
{
    public required string Url { get; init; }

    public required string FileName { get; init; }

    public Digest Checksum { get; init; }
}

/// <summary>A checkout of a git repository.</summary>
public sealed class GitStep : Step
{
    public required GitReference Reference { get; init; }

    public bool KeepGitDir { get; init; }

    /// <summary>What the commit must begin with; null for anything.</summary>
    public string? Checksum { get; init; }
}

/// <summary>One file with given content: a here-document.</summary>
public sealed class InlineStep : Step
{
    public required string FileName { get; init; }

    public required string Content { get; init; }

    public uint Mode { get; init; } = 0x1A4; // 0644
}

/// <summary>WORKDIR: the folder and those above it are made where they are missing.</summary>
public sealed class MakeDirectoryStep(Step parent) : Step
{
    public override Step Parent => parent;

    /// <summary>Absolute and clean.</summary>
    public required string Path { get; init; }

    /// <summary>USER's words; folders that are made belong to it. Empty for root.</summary>
    public string User { get; init; } = "";
}

/// <summary>One source of a COPY or ADD.</summary>
/// <param name="From">The tree that it is taken from.</param>
/// <param name="Path">Absolute and clean within that tree; may hold wildcards.</param>
public sealed record CopySource(Step From, string Path)
{
    /// <summary>Wildcards mean what they say; false for names of our own making.</summary>
    public bool Wildcards { get; init; } = true;

    /// <summary>Unpack it if it is an archive.</summary>
    public bool Unpack { get; init; }

    /// <summary>With <c>--parents</c>: what below <see cref="Path"/> is taken, its folders kept.</summary>
    public string? ParentsPattern { get; init; }

    /// <summary>As the user wrote it, for messages.</summary>
    public string Written { get; init; } = Path;
}

/// <summary>COPY and ADD.</summary>
public sealed class CopyStep(Step parent) : Step
{
    public override Step Parent => parent;

    public override IEnumerable<Step> Inputs => Sources.Select(s => s.From).Prepend(parent).Distinct();

    public required IReadOnlyList<CopySource> Sources { get; init; }

    /// <summary>Absolute; a slash at the end says that it is a folder.</summary>
    public required string Destination { get; init; }

    public string? Chown { get; init; }

    /// <summary>Octal digits, or symbols like <c>u=rwX,go=rX</c>.</summary>
    public string? Chmod { get; init; }

    /// <summary>The result is a layer that does not depend on the parent.</summary>
    public bool Link { get; init; }

    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>COPY takes what a link points to; ADD and COPY alike follow the source itself, links below it are copied as links.</summary>
    public bool IsAdd { get; init; }
}

/// <summary>A mount of a RUN whose defaults are filled in.</summary>
/// <param name="Mount">Target absolute; id of a cache with its namespace.</param>
/// <param name="Source">The tree of a bind, or the first content of a cache; null for none.</param>
public sealed record StepMount(RunMount Mount, Step? Source);

/// <summary>RUN.</summary>
public sealed class RunStep(Step parent) : Step
{
    public override Step Parent => parent;

    public override IEnumerable<Step> Inputs => Mounts.Select(m => m.Source).OfType<Step>().Prepend(parent).Distinct();

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary><c>NAME=value</c>: the image's environment and the arguments in scope.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Passed on without being part of the cache key.</summary>
    public IReadOnlyList<string> ProxyEnvironment { get; init; } = [];

    public required string Directory { get; init; }

    public string User { get; init; } = "";

    public IReadOnlyList<StepMount> Mounts { get; init; } = [];

    /// <summary><c>default</c>, <c>none</c>, <c>host</c>, or what <c>--network</c> of a classic build names.</summary>
    public string Network { get; init; } = "default";

    public bool Insecure { get; init; }

    public string Hostname { get; init; } = "buildkitsandbox";

    /// <summary><c>name:address</c>.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public required RunLimits Limits { get; init; }
}

/// <summary>Bounds of the processes of a RUN. They do not change what it gives, so they are not part of its key.</summary>
public sealed record RunLimits
{
    public static readonly RunLimits None = new();

    /// <summary>Bytes; 0 for no limit.</summary>
    public long Memory { get; init; }

    /// <summary>Bytes of memory and swap; 0 for the default, -1 for no limit.</summary>
    public long MemorySwap { get; init; }

    public long CpuShares { get; init; }

    /// <summary>Microseconds.</summary>
    public long CpuPeriod { get; init; }

    /// <summary>Microseconds.</summary>
    public long CpuQuota { get; init; }

    public string CpusetCpus { get; init; } = "";

    public string CpusetMems { get; init; } = "";

    /// <summary>Processes and threads; 0 for no limit.</summary>
    public long Pids { get; init; }

    /// <summary>Bytes of /dev/shm; 0 for the default.</summary>
    public long ShmSize { get; init; }

    public string CgroupParent { get; init; } = "";

    public IReadOnlyList<RunUlimit> Ulimits { get; init; } = [];
}

/// <summary>A resource limit (setrlimit(2)) by its name without <c>RLIMIT_</c>, in lower case.</summary>
public sealed record RunUlimit(string Name, long Soft, long Hard);
