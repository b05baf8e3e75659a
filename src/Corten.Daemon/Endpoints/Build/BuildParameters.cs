using System.Text.Json;
using Corten.Build.BuildKit;
using Corten.Build.Planning;
using Corten.Daemon.Http;
using Corten.EngineApi.Build;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Daemon.Endpoints.Build;

/// <summary>The query of a classic build.</summary>
internal sealed class BuildParameters(Query query)
{
    public string Dockerfile => query.Text("dockerfile", "Dockerfile");

    public IReadOnlyList<ImageReference> Names => [.. query.All("t").Where(t => t.Length > 0).Select(t => ImageReference.Parse(t).WithDefaultTag()).Distinct()];

    public bool Quiet => query.Bool("q");

    /// <summary><c>1</c> from clients of our day, <c>true</c> from old ones.</summary>
    public bool Pull => query.Bool("pull");

    public string Remote => query.Text("remote");

    public string BuildId => query.Text("buildid");

    /// <summary>Ours: also tell why each step was run.</summary>
    public bool Explain => query.Bool("explain");

    /// <summary>Ours: run the checks and build nothing.</summary>
    public bool Check => query.Bool("check");

    public PlanOptions Plan()
    {
        var arguments = Map("buildargs");
        return new PlanOptions
        {
            FileName = Dockerfile, Target = query.Text("target"), Arguments = arguments, Labels = Map("labels"),
            Platform = query.Text("platform") is { Length: > 0 } platform ? Platform.Parse(platform) : null,
            NoCache = query.Bool("nocache"), Network = Network(), ExtraHosts = [.. query.All("extrahosts").SelectMany(h => h.Split(',', StringSplitOptions.RemoveEmptyEntries))],
            Epoch = FrontendOptions.Epoch(arguments), Limits = Limits(),
        };
    }

    private string Network() => query.Text("networkmode") is { Length: > 0 } mode and not "default" ? mode : "default";

    private RunLimits Limits() => new()
    {
        Memory = query.Number("memory") ?? 0, MemorySwap = query.Number("memswap") ?? 0, CpuShares = query.Number("cpushares") ?? 0,
        CpuPeriod = query.Number("cpuperiod") ?? 0, CpuQuota = query.Number("cpuquota") ?? 0, CpusetCpus = query.Text("cpusetcpus"),
        CpusetMems = query.Text("cpusetmems"), ShmSize = query.Number("shmsize") ?? 0, CgroupParent = query.Text("cgroupparent"),
        Pids = query.Number("pids") ?? 0, Ulimits = Ulimits(),
    };

    private IReadOnlyList<RunUlimit> Ulimits() => query.Text("ulimits") is { Length: > 0 } json
        ? [.. Parse(json, j => JsonSerializer.Deserialize(j, BuildJson.Plain.ListBuildUlimit), "ulimits").Select(u => new RunUlimit(u.Name, u.Soft, u.Hard))] : [];

    /// <summary>A null value means the client's environment has none: the name counts as not given.</summary>
    private Dictionary<string, string> Map(string name) => query.Text(name) is { Length: > 0 } json
        ? Parse(json, j => JsonSerializer.Deserialize(j, BuildJson.Plain.DictionaryStringString), name).Where(p => p.Value is not null).ToDictionary(p => p.Key, p => p.Value!)
        : [];

    private static T Parse<T>(string json, Func<string, T?> parse, string name) where T : class, new()
    {
        try
        {
            return parse(json) ?? new T();
        }
        catch (JsonException e)
        {
            throw CortenException.Invalid($"error reading {name}: {e.Message}", e);
        }
    }
}
