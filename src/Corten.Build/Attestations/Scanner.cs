using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Corten.Build.Contexts;
using Corten.Build.Execution;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Distribution.Authentication;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Attestations;

/// <summary>An image that makes inventories (<c>--sbom=generator=IMAGE</c>).</summary>
/// <param name="Image">Its name.</param>
/// <param name="Parameters">What it is told, by <c>BUILDKIT_SCAN_NAME</c>.</param>
public sealed record Generator(string Image, IReadOnlyDictionary<string, string> Parameters);

/// <summary>What a generator says of a tree.</summary>
/// <param name="Stem">The file's name, without its ending.</param>
/// <param name="PredicateType">What kind of statement.</param>
/// <param name="Predicate">JSON.</param>
public sealed record Scanned(string Stem, string PredicateType, byte[] Predicate);

/// <summary>
/// Runs generators by BuildKit's protocol (docs/attestations/sbom-protocol.md): the tree lies at BUILDKIT_SCAN_SOURCE, stages and the context in BUILDKIT_SCAN_SOURCE_EXTRAS, statements of in-toto are left at
/// BUILDKIT_SCAN_DESTINATION. It is a build like any other, of a Dockerfile that is made up here, so that an unchanged tree is not looked through again.
/// </summary>
public sealed class Scanner(BuildService builds)
{
    private const string Source = "/run/src/core/sbom";
    private const string Extras = "/run/src/extras";
    private const string Destination = "run/out";

    /// <summary>Bytes of one statement: a generator is not trusted.</summary>
    private const int MaxStatement = 256 << 20;

    /// <param name="generator">The image.</param>
    /// <param name="built">What it looks through.</param>
    /// <param name="credentials">For pulling it.</param>
    /// <param name="progress">Follows it.</param>
    /// <param name="cancellation"></param>
    /// <exception cref="CortenException">It can't be had, fails, or leaves nothing that could be used.</exception>
    public async Task<IReadOnlyList<Scanned>> ScanAsync(
        Generator generator, BuiltTree built, Func<string, CancellationToken, Task<RegistryCredentials>> credentials, IBuildProgress progress, CancellationToken cancellation)
    {
        var name = ImageReference.Parse(generator.Image).WithDefaultTag();
        var (plan, _) = await builds.PlanAsync(new PlanOptions(), new MadeUp($"FROM {name}\n", credentials), NoProgress.Instance, cancellation);
        var contexts = built.Scans.ToDictionary(s => SpdxDocument.StemOf(s.Name), s => (NamedContext)new BuiltContext(s.Tree, built.Plan.Config));
        contexts["core"] = new BuiltContext(built.Tree, built.Plan.Config);
        var options = new PlanOptions { NamedContexts = contexts };
        using var scan = await builds.BuildAsync(options, pull: false, explain: false, new MadeUp(TextOf(name, plan.Config.Config ?? new ContainerDefaults(), generator, [.. built.Scans.Select(s => SpdxDocument.StemOf(s.Name))]), credentials), progress, cancellation);
        var found = await Task.Run(() => Read(scan.Tree), cancellation);
        return found.Count > 0 ? found : throw CortenException.Invalid($"SBOM generator {generator.Image} has left no statement in /{Destination}");
    }

    private static string TextOf(ImageReference name, ContainerDefaults config, Generator generator, IReadOnlyList<string> extras)
    {
        string[] command = [.. config.Entrypoint ?? [], .. config.Cmd ?? []];
        if (command.Length == 0)
        {
            throw CortenException.Invalid($"SBOM generator {generator.Image} has no entrypoint");
        }

        var text = new StringBuilder($"FROM {name}\nUSER root\nENV BUILDKIT_SCAN_SOURCE={Source}\nENV BUILDKIT_SCAN_DESTINATION=/{Destination}\n");
        if (extras.Count > 0)
        {
            text.Append($"ENV BUILDKIT_SCAN_SOURCE_EXTRAS={Extras}\n");
        }

        foreach (var (key, value) in generator.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            text.Append($"ENV BUILDKIT_SCAN_{key}={Quote(value)}\n");
        }

        // The first makes the folder.
        text.Append($"WORKDIR /{Destination}\nWORKDIR {(config.WorkingDir is { Length: > 0 } folder ? Quote(folder) : "/")}\n");
        text.Append($"RUN --mount=type=tmpfs,target=/tmp --mount=type=bind,from=core,target={Source} ").AppendJoin("", extras.Select(e => $"--mount=type=bind,from={e},target={Extras}/{e} "));
        return text.Append('[').AppendJoin(", ", command.Select(word => $"\"{JavaScriptEncoder.Default.Encode(word)}\"")).Append("]\n").ToString();
    }

    /// <exception cref="CortenException">A value that no line can hold.</exception>
    private static string Quote(string value) => value.AsSpan().ContainsAny('\n', '\r') ? throw CortenException.Invalid("a parameter of an SBOM generator has more than one line")
        : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal)}\"";

    private List<Scanned> Read(Tree tree)
    {
        using var view = builds.Views.Read(tree);
        var found = new List<Scanned>();
        foreach (var name in new Inventory.ImageFiles(view.Root).Names(Destination).Where(n => n.EndsWith(".json", StringComparison.Ordinal)))
        {
            var content = FolderClient.TryRead(view.Root, $"{Destination}/{name}", MaxStatement);
            try
            {
                using var statement = JsonDocument.Parse(content);
                var type = statement.RootElement.GetProperty("predicateType").GetString() is { Length: > 0 } given ? given : throw new KeyNotFoundException("predicateType");
                found.Add(new Scanned(name[..^".json".Length], type, Encoding.UTF8.GetBytes(statement.RootElement.GetProperty("predicate").GetRawText())));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw CortenException.Invalid($"the SBOM generator's {name} is no statement of in-toto", e);
            }
        }

        return found;
    }

    /// <summary>A client that has nothing but a Dockerfile, and somebody's credentials.</summary>
    private sealed class MadeUp(string text, Func<string, CancellationToken, Task<RegistryCredentials>> credentials) : IBuildClient
    {
        public IBuildSecrets Secrets => NoSecrets.Instance;

        public Task<RegistryCredentials> CredentialsAsync(string registry, CancellationToken cancellation) => credentials(registry, cancellation);

        public Task<DockerfileSource> ReadDockerfileAsync(TransferProgress progress, CancellationToken cancellation) => Task.FromResult(new DockerfileSource("sbom", text));

        public Task<IReadOnlyList<string>> IgnoreLinesAsync(string contextName, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task<ContextFolder> FetchAsync(LocalStep step, TransferProgress progress, CancellationToken cancellation) => throw CortenException.Invalid($"no context named {step.ContextName} was sent");
    }
}
