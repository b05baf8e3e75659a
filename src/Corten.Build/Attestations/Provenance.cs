using System.Globalization;
using System.Text;
using System.Text.Json;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Planning;
using Corten.Oci.Image;

namespace Corten.Build.Attestations;

/// <summary>
/// How an image was built, as SLSA provenance v1 (slsa.dev/spec/v1.1/provenance), with the parameters laid out as BuildKit's documentation of its build type says.
/// Values of secrets are never known here.
/// </summary>
/// <param name="Options">How much to tell.</param>
/// <param name="Invocation">The build's reference.</param>
/// <param name="Started">When it was asked for.</param>
/// <param name="Attributes">Of the front end.</param>
public sealed record Provenance(ProvenanceOptions Options, string Invocation, DateTimeOffset Started, IReadOnlyDictionary<string, string> Attributes)
{
    public const string PredicateType = "https://slsa.dev/provenance/v1";

    private const string BuildType = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md";

    /// <summary>What a small provenance does not repeat: it may be nobody else's business.</summary>
    private static readonly string[] Private = ["build-arg:", "label:"];

    /// <summary>The predicate alone.</summary>
    public byte[] Predicate(BuiltTree built)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, built);
        }

        return buffer.ToArray();
    }

    public void Write(Utf8JsonWriter json, BuiltTree built)
    {
        var steps = StepsOf(built.Plan);
        json.WriteStartObject();
        json.WriteStartObject("buildDefinition");
        json.WriteString("buildType", BuildType);
        WriteExternal(json, built, steps);
        json.WriteStartObject("internalParameters");
        json.WriteString("builderPlatform", Platform.Host.ToString());
        if (Options.Everything)
        {
            WriteSteps(json, built.Plan);
        }

        json.WriteEndObject();
        WriteDependencies(json, built, steps);
        json.WriteEndObject();
        json.WriteStartObject("runDetails");
        json.WriteStartObject("builder");
        json.WriteString("id", Options.BuilderId);
        json.WriteEndObject();
        WriteMetadata(json, built, steps);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteExternal(Utf8JsonWriter json, BuiltTree built, IReadOnlyCollection<Step> steps)
    {
        json.WriteStartObject("externalParameters");
        json.WriteStartObject("configSource");
        if (Attributes.GetValueOrDefault("context") is { Length: > 0 } context)
        {
            json.WriteString("uri", WithoutSecrets(context));
        }

        json.WriteString("path", built.Dockerfile.Name);
        json.WriteEndObject();
        json.WriteStartObject("request");
        json.WriteString("frontend", "dockerfile.v0");
        json.WriteStartObject("args");
        foreach (var (name, value) in Attributes.Where(a => IsTold(a.Key)).OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, name == "context" ? WithoutSecrets(value) : value);
        }

        json.WriteEndObject();
        if (Options.Everything)
        {
            var mounts = steps.OfType<RunStep>().SelectMany(r => r.Mounts).Select(m => m.Mount).ToList();
            WriteNames(json, "secrets", mounts.Where(m => m.Type == RunMountType.Secret));
            WriteNames(json, "ssh", mounts.Where(m => m.Type == RunMountType.Ssh));
        }

        json.WriteStartArray("locals");
        foreach (var name in steps.OfType<LocalStep>().Select(l => l.ContextName).Append("dockerfile").Distinct().Order(StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What belongs to the machine or stands elsewhere is no parameter.</summary>
    private bool IsTold(string name) => !name.StartsWith("attest:", StringComparison.Ordinal) && !name.StartsWith("corten.", StringComparison.Ordinal)
        && name is not ("cache-imports" or "cgroup-parent" or "image-resolve-mode" or "platform" or "filename")
        && (Options.Everything || !Private.Any(p => name.StartsWith(p, StringComparison.Ordinal)));

    private static void WriteNames(Utf8JsonWriter json, string name, IEnumerable<RunMount> mounts)
    {
        var all = mounts.DistinctBy(m => m.Id).OrderBy(m => m.Id, StringComparer.Ordinal).ToList();
        if (all.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var mount in all)
        {
            json.WriteStartObject();
            json.WriteString("id", mount.Id);
            if (!mount.Required)
            {
                json.WriteBoolean("optional", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Ours, in the place of BuildKit's own graph: the instructions with what they became.</summary>
    private static void WriteSteps(Utf8JsonWriter json, BuildPlan plan)
    {
        json.WriteStartObject("buildConfig");
        json.WriteStartArray("steps");
        foreach (var (_, instruction, step) in plan.Instructions)
        {
            json.WriteStartObject();
            json.WriteNumber("line", instruction.Range.Start);
            json.WriteString("name", step?.Name is { Length: > 0 } name ? name : instruction.GetType().Name.Replace("Instruction", "", StringComparison.Ordinal).ToUpperInvariant());
            if (step?.Instruction is { Length: > 0 } text)
            {
                json.WriteString("instruction", text);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDependencies(Utf8JsonWriter json, BuiltTree built, IReadOnlyCollection<Step> steps)
    {
        json.WriteStartArray("resolvedDependencies");
        foreach (var image in built.Plan.BaseImages)
        {
            json.WriteStartObject();
            json.WriteString("uri", PackageUrl.OfImage(image.Reference, image.Config.Platform));
            Statement.WriteDigest(json, image.Digest);
            json.WriteEndObject();
        }

        foreach (var url in steps.OfType<HttpStep>())
        {
            json.WriteStartObject();
            json.WriteString("uri", WithoutSecrets(url.Url));
            if (!url.Checksum.IsEmpty)
            {
                Statement.WriteDigest(json, url.Checksum);
            }

            json.WriteEndObject();
        }

        foreach (var git in steps.OfType<GitStep>())
        {
            json.WriteStartObject();
            json.WriteString("uri", WithoutSecrets(git.Reference.Remote));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteMetadata(Utf8JsonWriter json, BuiltTree built, IReadOnlyCollection<Step> steps)
    {
        json.WriteStartObject("metadata");
        json.WriteString("invocationId", Invocation);
        json.WriteString("startedOn", TimeOf(Started));
        json.WriteString("finishedOn", TimeOf(DateTimeOffset.UtcNow));
        if (Options.Everything)
        {
            json.WriteStartObject("buildkit_metadata");
            json.WriteStartObject("source");
            json.WriteStartArray("infos");
            json.WriteStartObject();
            json.WriteString("filename", built.Dockerfile.Name);
            json.WriteString("language", "Dockerfile");
            json.WriteBase64String("data", Encoding.UTF8.GetBytes(built.Dockerfile.Text));
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteStartObject("buildkit_completeness");
        json.WriteBoolean("request", Options.Everything);
        // What a client sends has no address that somebody else could fetch it from.
        json.WriteBoolean("resolvedDependencies", !steps.Any(s => s is LocalStep));
        json.WriteEndObject();
        if (Options.Reproducible)
        {
            json.WriteBoolean("buildkit_reproducible", true);
        }

        json.WriteEndObject();
    }

    private static HashSet<Step> StepsOf(BuildPlan plan)
    {
        var found = new HashSet<Step>();
        var open = new Stack<Step>([plan.Target]);
        while (open.TryPop(out var step))
        {
            if (found.Add(step))
            {
                step.Inputs.ToList().ForEach(open.Push);
            }
        }

        return found;
    }

    /// <summary>An address without the user's name and password.</summary>
    private static string WithoutSecrets(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0 && (uri.Scheme is "http" or "https") ? new UriBuilder(uri) { UserName = "xxxxx", Password = "xxxxx" }.Uri.ToString() : url;

    private static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
