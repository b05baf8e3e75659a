using System.Globalization;
using System.Text.Json;
using Corten.Build.Planning;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.BuildKit;

/// <summary>The attributes of a build as clients send them to the Dockerfile front end.</summary>
public sealed class FrontendOptions(IReadOnlyDictionary<string, string> attributes, IReadOnlyDictionary<string, NamedContext>? inputs = null)
{
    /// <summary>Contexts that the client uploads over its session have this host.</summary>
    public const string UploadPrefix = "http://buildkit-session/";

    public string FileName => attributes.GetValueOrDefault("filename") is { Length: > 0 } name ? name : "Dockerfile";

    /// <summary>The name of the folder that has the Dockerfile.</summary>
    public string DockerfileContext => attributes.GetValueOrDefault("dockerfilekey") ?? "dockerfile";

    /// <summary>The build context if it is not a folder of the client: a URL or a git repository.</summary>
    public string? RemoteContext => attributes.GetValueOrDefault("context") is { Length: > 0 } url ? url : null;

    public bool HasLocalContext => RemoteContext is null;

    /// <summary>The Dockerfile is in a folder of the client although the context is not.</summary>
    public bool HasLocalDockerfile => RemoteContext is null || attributes.ContainsKey("dockerfilekey");

    /// <summary><c>frontend.lint</c> and its kind: the client asks about the file and wants nothing built.</summary>
    public string? Subrequest => attributes.GetValueOrDefault("requestid");

    public IReadOnlyDictionary<string, string> Attributes => attributes;

    /// <summary>Caches elsewhere, as clients of the gateway write them.</summary>
    public IReadOnlyList<CacheTransfer.CacheEntry> CacheImports
    {
        get
        {
            try
            {
                return attributes.GetValueOrDefault("cache-imports") is { Length: > 0 } json ? JsonSerializer.Deserialize(json, CacheTransfer.CacheJson.Plain.ListCacheEntry) ?? [] : [];
            }
            catch (JsonException e)
            {
                throw CortenException.Invalid($"failed to unmarshal cache-imports: {e.Message}", e);
            }
        }
    }

    /// <summary>The cache goes along within the image, as the build argument of old asks.</summary>
    public bool InlineCache => attributes.GetValueOrDefault("build-arg:BUILDKIT_INLINE_CACHE") is "1" or "true";

    /// <summary>Of a context that is a repository, unless its address says otherwise.</summary>
    public bool KeepGitDir => attributes.GetValueOrDefault("build-arg:BUILDKIT_CONTEXT_KEEP_GIT_DIR") is "1" or "true";

    /// <summary>Ours: say why each step was run.</summary>
    public bool Explain => attributes.ContainsKey("corten.explain");

    /// <summary>Ours: findings of good practice count too.</summary>
    public bool Practices => attributes.ContainsKey("corten.practices");

    public bool Pull => attributes.GetValueOrDefault("image-resolve-mode") == "pull";

    /// <summary>What to build for; null for the builder's own platform.</summary>
    public IReadOnlyList<Platform>? Platforms =>
        attributes.GetValueOrDefault("platform") is { Length: > 0 } list ? [.. list.Split(',').Select(p => Platform.Parse(p.Trim()))] : null;

    /// <summary>One platform is to come out as if there were several.</summary>
    public bool MultiPlatform => (attributes.GetValueOrDefault("build-arg:BUILDKIT_MULTI_PLATFORM") ?? attributes.GetValueOrDefault("multi-platform")) is { Length: > 0 } text
        && (Exporting.ExporterOptions.TruthOf(text) ?? throw CortenException.Invalid($"invalid boolean value for multi-platform: {text}"));

    public PlanOptions Plan(Platform? platform, bool multiPlatform, IEnumerable<string> entitlements)
    {
        var arguments = Prefixed("build-arg:");
        return new PlanOptions
        {
            FileName = FileName, Target = attributes.GetValueOrDefault("target"), Arguments = arguments, Labels = Prefixed("label:"), Platform = platform,
            MultiPlatform = multiPlatform, NamedContexts = Prefixed("context:").ToDictionary(c => c.Key, c => ContextOf(c.Value)),
            NoCache = attributes.TryGetValue("no-cache", out var noCache) && noCache.Length == 0,
            NoCacheStages = string.IsNullOrEmpty(noCache) ? new HashSet<string>() : noCache.Split(',').ToHashSet(StringComparer.OrdinalIgnoreCase),
            Network = attributes.GetValueOrDefault("force-network-mode") is { Length: > 0 } network and not "sandbox" ? network : "default",
            ExtraHosts = [.. List("add-hosts").Select(h => h.Replace('=', ':'))],
            Hostname = attributes.GetValueOrDefault("hostname") ?? arguments.GetValueOrDefault("BUILDKIT_SANDBOX_HOSTNAME"),
            Limits = Limits(), Epoch = Epoch(arguments), Entitlements = entitlements.ToHashSet(),
            Inventories = Attestations.AttestationRequest.Parse(attributes, inline: true).Sbom,
        };
    }

    /// <summary><c>input:NAME</c> is something that the client handed over with the request.</summary>
    private NamedContext ContextOf(string value) =>
        !value.StartsWith("input:", StringComparison.Ordinal) ? NamedContext.Parse(value)
        : inputs?.GetValueOrDefault(value["input:".Length..]) ?? throw CortenException.Invalid($"invalid frontend input {value["input:".Length..]}");

    public static DateTimeOffset? Epoch(IReadOnlyDictionary<string, string> arguments) =>
        Exporting.SourceDateEpoch.Parse(arguments.GetValueOrDefault("SOURCE_DATE_EPOCH"));

    private RunLimits Limits() => new()
    {
        ShmSize = long.TryParse(attributes.GetValueOrDefault("shm-size"), CultureInfo.InvariantCulture, out var shm) ? shm : 0,
        CgroupParent = attributes.GetValueOrDefault("cgroup-parent") ?? "",
        Ulimits = [.. List("ulimit").Select(Ulimit)],
    };

    /// <summary><c>name=soft[:hard]</c></summary>
    private static RunUlimit Ulimit(string text)
    {
        var parts = text.Split('=', ':');
        return parts.Length >= 2 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var soft)
            && long.TryParse(parts[^1], CultureInfo.InvariantCulture, out var hard) ? new RunUlimit(parts[0], soft, hard)
            : throw CortenException.Invalid($"invalid ulimit: {text}");
    }

    private string[] List(string name) => attributes.GetValueOrDefault(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private Dictionary<string, string> Prefixed(string prefix) =>
        attributes.Where(a => a.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(a => a.Key[prefix.Length..], a => a.Value);
}
