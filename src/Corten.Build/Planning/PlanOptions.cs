using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>Everything besides the Dockerfile that decides what is built.</summary>
public sealed record PlanOptions
{
    /// <summary>Of the Dockerfile, for messages and for finding earlier runs.</summary>
    public string FileName { get; init; } = "Dockerfile";

    /// <summary>A stage's name or number; null for the last one.</summary>
    public string? Target { get; init; }

    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>Added to the image last.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>What to build for; null for the builder's own, in which case a base image's own platform is taken as it is.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Several platforms were asked for: names in progress carry theirs.</summary>
    public bool MultiPlatform { get; init; }

    public IReadOnlyDictionary<string, NamedContext> NamedContexts { get; init; } = new Dictionary<string, NamedContext>();

    /// <summary>What the main context is, if the client does not send it: a git repository or an archive.</summary>
    public NamedContext? MainContext { get; init; }

    public bool NoCache { get; init; }

    /// <summary>Stages that are run afresh.</summary>
    public IReadOnlySet<string> NoCacheStages { get; init; } = new HashSet<string>();

    public string Network { get; init; } = "default";

    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public string? Hostname { get; init; }

    public RunLimits Limits { get; init; } = RunLimits.None;

    /// <summary>The instant that all times are cut to; null for none.</summary>
    public DateTimeOffset? Epoch { get; init; }

    /// <summary>What the build may ask for beyond the ordinary: <c>network.host</c>, <c>security.insecure</c>.</summary>
    public IReadOnlySet<string> Entitlements { get; init; } = new HashSet<string>();

    /// <summary>Inventories were asked for: the plan says what they look into.</summary>
    public bool Inventories { get; init; }

    /// <summary>Plan every stage, not only those that the target needs: for checks.</summary>
    public bool AllStages { get; init; }
}
