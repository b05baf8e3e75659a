using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Corten.Build.BuildKit;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Daemon.Http;
using Corten.EngineApi.Build;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Daemon.Endpoints.Build;

/// <summary>
/// The query of a classic build. What this engine has no use for is accepted where it changes no more than what is told (<c>rm</c>, <c>forcerm</c>: a step leaves no
/// container in any case), and refused in Docker's words where it would.
/// </summary>
internal sealed class BuildParameters
{
    private readonly Query _query;

    /// <exception cref="CortenException">A value that can't be, of the kind that gives Docker's status.</exception>
    public BuildParameters(Query query, bool experimental)
    {
        _query = query;
        ShmSize = query.Number("shmsize", ErrorKind.Internal) ?? 0;
        Refuse(query.Text("isolation") is not ("" or "default" or "Default"), $"unsupported isolation: \"{query.Text("isolation")}\"");
        Refuse(query.Has("securityopt"), "security options are not supported on linux");
        Ulimits = [.. Json("ulimits", "error reading ulimit settings", BuildJson.Plain.ListBuildUlimit).Select(u => new RunUlimit(u.Name, u.Soft, u.Hard))];
        // A null value means that the client's environment has none: the name counts as not given.
        Arguments = Json("buildargs", "error reading build args", BuildJson.Plain.DictionaryStringString).Where(p => p.Value is not null).ToDictionary(p => p.Key, p => p.Value!);
        Labels = Json("labels", "error reading labels", BuildJson.Plain.DictionaryStringString).ToDictionary(p => p.Key, p => p.Value ?? "");
        CacheFrom = Json("cachefrom", "error reading cache-from", BuildJson.Plain.ListString);
        // The classic builder reads them, and has but one.
        Outputs = Json("outputs", "invalid outputs specified", BuildJson.Plain.ListBuildOutput);
        Refuse(query.Text("version") is not ("" or "1" or "2"), $"invalid version \"{query.Text("version")}\"");
        Refuse(query.Bool("squash") && !experimental, "squash is only supported with experimental mode");
        Missing(query.Bool("squash"), "squash is not made here: build the last stage FROM scratch with one COPY --from instead");
        Missing((IsOfSession || IsUploaded) && (!IsTraced || Check), "a context by the client's session is not served at POST /build: BuildKit's clients use POST /session and POST /grpc");
        Platform = query.Text("platform") is { Length: > 0 } platform ? Oci.Image.Platform.Parse(platform) : null;
        CheckOfBuildKit();
        Names = [.. query.All("t").Where(t => t.Length > 0).Select(NameOf).Distinct()];
    }

    public string Dockerfile => _query.Text("dockerfile", "Dockerfile");

    public IReadOnlyList<ImageReference> Names { get; }

    public bool Quiet => _query.Bool("q");

    /// <summary><c>1</c> from clients of our day, <c>true</c> from old ones.</summary>
    public bool Pull => _query.Bool("pull");

    public string Remote => _query.Text("remote");

    /// <summary>BuildKit's progress instead of the classic lines (<c>version=2</c>).</summary>
    public bool IsTraced => _query.Text("version") == "2";

    /// <summary>The client's session has the context.</summary>
    public bool IsOfSession => Remote == "client-session";

    /// <summary>Another request brings the context: that with <see cref="UploadOf"/>.</summary>
    public bool IsUploaded => Remote == UploadRequests.Remote;

    /// <summary>The build that this request brings the context of; null if it is a build itself.</summary>
    public string? UploadOf => IsTraced && BuildId.StartsWith(UploadRequests.Remote + ":", StringComparison.Ordinal) ? BuildId[(UploadRequests.Remote.Length + 1)..] : null;

    /// <summary>What becomes of the result; null for an image.</summary>
    public TracedOutput? Output => IsTraced && Outputs.Count > 0 ? new TracedOutput(Outputs[0].Type ?? "", Outputs[0].Attrs ?? []) : null;

    private List<BuildOutput> Outputs { get; }

    public string Session => _query.Text("session");

    public string BuildId => _query.Text("buildid");

    /// <summary>Images of this engine whose steps count as done, where they say what their steps are.</summary>
    public IReadOnlyList<string> CacheFrom { get; }

    /// <summary>Ours: also tell why each step was run.</summary>
    public bool Explain => _query.Bool("explain");

    /// <summary>Ours: run the checks and build nothing.</summary>
    public bool Check => _query.Bool("check");

    public ClassicOptions Telling => new()
    {
        Labels = Labels, NoCache = _query.Bool("nocache"), Remove = _query.Text("rm").Length == 0 || _query.Bool("rm"), ForceRemove = _query.Bool("forcerm"),
        Warnings = _query.Bool("warnings"),
    };

    private Dictionary<string, string> Labels { get; }

    private Platform? Platform { get; }

    private long ShmSize { get; }

    private IReadOnlyList<RunUlimit> Ulimits { get; }

    private Dictionary<string, string> Arguments { get; }

    public PlanOptions Plan() => new()
    {
        FileName = Dockerfile, Target = _query.Text("target"), Arguments = Arguments, Labels = Labels, Platform = Platform,
        NoCache = _query.Bool("nocache"), Network = _query.Text("networkmode", "default"),
        ExtraHosts = [.. _query.All("extrahosts").SelectMany(h => h.Split(',', StringSplitOptions.RemoveEmptyEntries))],
        Epoch = FrontendOptions.Epoch(Arguments), Limits = Limits(),
    };

    private void CheckOfBuildKit()
    {
        if (!IsTraced)
        {
            return;
        }

        var network = _query.Text("networkmode");
        if (network is not ("" or "default" or "host" or "none"))
        {
            throw CortenException.Internal($"network mode \"{network}\" not supported by buildkit");
        }

        if (Outputs.Count > 1)
        {
            throw CortenException.Internal("multiple outputs not supported");
        }

        try
        {
            Output?.Check();
        }
        catch (CortenException e)
        {
            throw CortenException.Internal(e.Message, e);
        }
    }

    private RunLimits Limits() => new()
    {
        Memory = NumberOrZero("memory"), MemorySwap = NumberOrZero("memswap"), CpuShares = NumberOrZero("cpushares"), CpuPeriod = NumberOrZero("cpuperiod"),
        CpuQuota = NumberOrZero("cpuquota"), CpusetCpus = _query.Text("cpusetcpus"), CpusetMems = _query.Text("cpusetmems"), ShmSize = ShmSize,
        CgroupParent = _query.Text("cgroupparent"), Pids = NumberOrZero("pids"), Ulimits = Ulimits,
    };

    /// <summary>As Docker reads these: what is no number is none.</summary>
    private long NumberOrZero(string name) =>
        long.TryParse(_query.Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static ImageReference NameOf(string text)
    {
        ImageReference name;
        try
        {
            name = ImageReference.Parse(text);
        }
        catch (CortenException e)
        {
            throw CortenException.Internal(e.Message, e);
        }

        return name.Digest.IsEmpty ? name.WithDefaultTag() : throw CortenException.Internal("build tag cannot contain a digest");
    }

    private T Json<T>(string name, string words, JsonTypeInfo<T> type)
        where T : class, new()
    {
        var json = Encoding.UTF8.GetBytes(_query.Text(name));
        if (json.Length == 0)
        {
            return new T();
        }

        Refuse(JsonSyntax.Describe(json) is not null, $"{words}: {JsonSyntax.Describe(json)}");
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowMultipleValues = true });
        reader.Read();
        reader.Skip();
        var rest = _query.Text(name)[Encoding.UTF8.GetCharCount(json.AsSpan(0, (int)reader.BytesConsumed))..].TrimStart();
        Refuse(rest.Length > 0, $"{words}: invalid character '{rest.FirstOrDefault()}' after top-level value");
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? new T();
        }
        catch (JsonException e)
        {
            throw CortenException.Invalid($"{words}: {JsonMistake.Describe(json, type)}", e);
        }
    }

    private static void Refuse(bool wrong, string words)
    {
        if (wrong)
        {
            throw CortenException.Invalid(words);
        }
    }

    private static void Missing(bool wanted, string words)
    {
        if (wanted)
        {
            throw CortenException.NotImplemented(words);
        }
    }
}
