using System.Text.Json;
using Corten.Build.Attestations;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Build.BuildKit.Protocol.Gateway;
using Corten.Build.BuildKit.Sessions;
using Corten.Build.Exporting;
using Corten.Build.Solving;
using Corten.Distribution.Authentication;
using Corten.EngineApi.Build;
using Corten.Images.Push;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Compression;
using Corten.Storage.Content;

namespace Corten.Build.BuildKit;

/// <summary>Does with a job's results what its exporters say.</summary>
internal sealed class JobExporter(BuildService builds, SessionRegistry sessions, ContextStore contexts, ContentStore contents, JobCaches caches, PushImage push)
{
    /// <summary>Refuses what can't be granted or exported before anything is built.</summary>
    /// <exception cref="CortenException">InvalidArgument or NotImplemented, naming it.</exception>
    public static void Check(IReadOnlyList<Exporter> exporters, BuildJob job)
    {
        if (job.Entitlements.FirstOrDefault(e => e is not ("network.host" or "security.insecure")) is { } entitlement)
        {
            throw CortenException.Invalid(entitlement.Split('=')[0] is "device" ? "granting entitlement device is not allowed by build daemon configuration" : $"unknown entitlement {entitlement}");
        }

        foreach (var exporter in exporters)
        {
            switch (exporter.Type)
            {
                case "moby" or "image" or "oci" or "docker":
                    ImageOutput.Parse(exporter.Attrs);
                    break;
                case "local" or "tar":
                    FilesOutput.Parse(exporter.Attrs, epoch: null);
                    break;
                case "cacheonly":
                    ExporterOptions.OfNothing.Check(exporter.Attrs);
                    break;
                default:
                    throw CortenException.Invalid($"exporter {Dockerfile.Expansion.GoText.Quote(exporter.Type)} could not be found");
            }
        }

        JobCaches.Check(job);
    }

    /// <summary>The exporters' answers, which clients put into metadata files.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ExportAsync(BuildJob job, Result? result, IReadOnlyList<Exporter> exporters, CancellationToken cancellation)
    {
        var answers = new Dictionary<string, string>();
        var built = ResultOf(job, result);
        await ScanAsync(job, built, cancellation);
        for (var i = 0; i < exporters.Count && built.Trees.Count > 0; i++)
        {
            switch (exporters[i].Type)
            {
                case "moby" or "image":
                    await ImageAsync(job, built, exporters[i], answers, cancellation);
                    break;
                case "oci" or "docker":
                    await ArchiveAsync(job, built, i, exporters[i], exporters[i].Type == "docker", answers, cancellation);
                    break;
                case "local":
                    await LocalAsync(job, built, i, exporters[i], cancellation);
                    break;
                case "tar":
                    await TarAsync(job, built, i, exporters[i], cancellation);
                    break;
            }
        }

        if (built.Trees.Count > 0 && await caches.ExportAsync(job, [.. built.Trees.Select(t => t.Built)], cancellation) is { } cache)
        {
            answers["cache.manifest"] = cache;
        }

        if (built.Trees.Any(t => t.Built.Explained))
        {
            answers["corten.explain"] = Explanation(built.Trees.Select(t => t.Built));
        }

        return answers;
    }

    /// <summary>A generator that was asked for looks through every result, once for all exporters.</summary>
    private async Task ScanAsync(BuildJob job, JobResult result, CancellationToken cancellation)
    {
        if (AttestationRequest.Parse(job.Attributes).Generator is not { } generator)
        {
            return;
        }

        foreach (var (platform, built) in result.Trees)
        {
            await VertexAsync(job, $"[{(platform.Length > 0 ? platform : built.Plan.Platform)}] generating sbom using {generator.Image}", async vertex =>
            {
                job.Scans[built.Tree] = await new Scanner(builds).ScanAsync(generator, built, (domain, token) => CredentialsAsync(job, domain, token), job.Progress, cancellation);
            });
        }
    }

    private ImageAdditions AdditionsOf(BuildJob job, ImageOutput output, BuildVertex vertex) => new()
    {
        Attest = builds.Attester.For(RequestOf(job, output), ProvenanceOf(job, RequestOf(job, output)), output.Names, tree => job.Scans[tree], text => job.Progress.Warn(vertex, text)),
        Configure = job.InlineCache || job.CacheExports.Any(e => e.Type == "inline") ? builds.Caches.Inline : null,
    };

    /// <summary>How each result came about, for the history.</summary>
    public static IReadOnlyList<(string Platform, byte[] Predicate)> ProvenanceOf(BuildJob job, Result? result)
    {
        var provenance = new Provenance(new ProvenanceOptions(Everything: true, "", Reproducible: false), job.Reference, job.Started, job.Attributes);
        return [.. ResultOf(job, result).Trees.Select(t => (t.Platform, provenance.Predicate(t.Built)))];
    }

    private static AttestationRequest RequestOf(BuildJob job, ImageOutput output) => AttestationRequest.Parse(job.Attributes, output.InlineAttestations);

    private static Provenance? ProvenanceOf(BuildJob job, AttestationRequest request) =>
        request.Provenance is { } options ? new Provenance(options, job.Reference, job.Started, job.Attributes) : null;

    /// <summary>Every step of every platform, in the order of the file.</summary>
    private static string Explanation(IEnumerable<BuiltTree> trees)
    {
        IReadOnlyList<StepExplanation> steps = [.. trees.SelectMany(t => t.Outcomes).OrderBy(o => o.Step.Range?.Start ?? 0).Select(o => new StepExplanation
        {
            Step = o.Step.Name, Line = o.Step.Range?.Start ?? 0, Cached = o.Hit, Reasons = o.Reasons,
        })];
        return JsonSerializer.Serialize(steps, BuildJson.Plain.IReadOnlyListStepExplanation);
    }

    private static JobResult ResultOf(BuildJob job, Result? result) => result?.ResultCase switch
    {
        Result.ResultOneofCase.Ref when job.Results.TryGetValue(result.Ref.Id, out var one) => new([("", one)], AsIndex: false),
        Result.ResultOneofCase.RefDeprecated when job.Results.TryGetValue(result.RefDeprecated, out var one) => new([("", one)], AsIndex: false),
        Result.ResultOneofCase.Refs => new(
            [.. result.Refs.Refs.Where(r => job.Results.ContainsKey(r.Value.Id)).Select(r => (Platform: r.Key, Built: job.Results[r.Value.Id])).OrderBy(r => r.Built.Order)], AsIndex: true),
        _ => new([], AsIndex: false),
    };

    /// <param name="Trees">What was built, by platform.</param>
    /// <param name="AsIndex">The client asked for several platforms, or for one as if there were several.</param>
    private sealed record JobResult(IReadOnlyList<(string Platform, BuiltTree Built)> Trees, bool AsIndex);

    private async Task ImageAsync(BuildJob job, JobResult result, Exporter exporter, Dictionary<string, string> answers, CancellationToken cancellation)
    {
        var output = ImageOutput.Parse(exporter.Attrs);
        await VertexAsync(job, "exporting to image", async vertex =>
        {
            using var hold = builds.Hold();
            var (image, written) = await builds.Images.ExportAsync(TreesOf(result, output), output, result.AsIndex, AdditionsOf(job, output, vertex), vertex, job.Progress, cancellation);
            Answer(answers, written, output, written.Images[0].Config.Digest);
            foreach (var name in output.PushedNames(written.Target.Digest))
            {
                job.Progress.Status(vertex, $"pushing {name}", 0, 0, done: false);
                var request = new PushRequest { Name = name, Credentials = await CredentialsAsync(job, name.Domain, cancellation), Insecure = output.InsecureRegistry };
                await push(request, written.Target, image, cancellation);
                job.Progress.Status(vertex, $"pushing {name}", 0, 0, done: true);
            }
        });
    }

    private static List<BuiltTree> TreesOf(JobResult result, ImageOutput output) =>
        [.. result.Trees.Select(t => output.Epoch is { } epoch ? t.Built with { Plan = t.Built.Plan with { Epoch = epoch } } : t.Built)];

    /// <summary><c>type=oci</c> and <c>type=docker</c>: an archive that the client keeps, or the same as a folder.</summary>
    private async Task ArchiveAsync(BuildJob job, JobResult result, int index, Exporter exporter, bool docker, Dictionary<string, string> answers, CancellationToken cancellation)
    {
        var output = ImageOutput.Parse(exporter.Attrs);
        output = output with { Compression = output.Compression ?? CompressionKind.Gzip, OciTypes = output.OciTypes ?? !docker };
        if (docker && (result.AsIndex || !RequestOf(job, output).IsEmpty))
        {
            throw CortenException.Invalid("docker exporter does not currently support exporting manifest lists");
        }

        var session = await sessions.GetAsync(await job.Session.Task, cancellation);
        await VertexAsync(job, $"exporting to {exporter.Type} image format", async vertex =>
        {
            using var hold = builds.Hold();
            var written = await builds.Writer.WriteAsync(TreesOf(result, output), output, result.AsIndex, AdditionsOf(job, output, vertex), vertex, job.Progress, cancellation);
            Answer(answers, written, output, written.Images[0].Config.Digest);
            if (!output.Archive)
            {
                await new ClientStore(session, ClientStore.Export).SendAsync(await builds.Archives.BlobsOfAsync(written.Target, cancellation), contents, cancellation);
                return;
            }

            var created = output.Epoch ?? result.Trees[0].Built.Plan.Epoch ?? DateTimeOffset.UtcNow;
            await using var stream = new FileSendStream(session, index, cancellation);
            await Task.Run(() => builds.Archives.WriteAsync(written, output.Names, docker, created, stream, cancellation), cancellation);
            await stream.FinishAsync();
            job.Progress.Status(vertex, "sending tarball", stream.Sent, stream.Sent, done: true);
        });
    }

    private async Task<RegistryCredentials> CredentialsAsync(BuildJob job, string domain, CancellationToken cancellation)
    {
        var session = await sessions.GetAsync(await job.Session.Task, cancellation);
        return await new SessionClient(session, new FrontendOptions(new Dictionary<string, string>()), contexts).CredentialsAsync(domain, cancellation);
    }

    private static void Answer(Dictionary<string, string> answers, WrittenResult written, ImageOutput output, Digest config)
    {
        answers["containerimage.digest"] = written.Target.Digest.ToString();
        if (written.Images is [var only] && written.Target.Digest == only.Target.Digest)
        {
            answers["containerimage.config.digest"] = config.ToString();
        }

        answers["containerimage.descriptor"] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(written.Target, ImageJson.Plain.Descriptor));
        if (output.Names.Count > 0)
        {
            answers["image.name"] = string.Join(',', output.GivenNames);
        }
    }

    private async Task LocalAsync(BuildJob job, JobResult result, int index, Exporter exporter, CancellationToken cancellation)
    {
        var output = FilesOutput.Parse(exporter.Attrs, result.Trees[0].Built.Plan.Epoch);
        var session = await sessions.GetAsync(await job.Session.Task, cancellation);
        await VertexAsync(job, "exporting to client directory", async vertex =>
        {
            using var attested = new AttestedTrees(builds.Views, builds.Root);
            foreach (var (platform, built) in FilesOf(job, result, output, attested, vertex))
            {
                var folder = output.FolderOf(platform.Length > 0 ? platform : built.Plan.Platform.ToString(), result.AsIndex);
                var label = folder.Length > 0 ? $"copying files {platform}" : "copying files";
                using var view = builds.Views.Read(built.Tree);
                await new FolderSender(session, folder, output.Epoch).SendAsync(view, index, bytes => job.Progress.Status(vertex, label, bytes, 0, done: false), cancellation);
                job.Progress.Status(vertex, label, 0, 0, done: true);
            }
        });
    }

    private async Task TarAsync(BuildJob job, JobResult result, int index, Exporter exporter, CancellationToken cancellation)
    {
        var output = FilesOutput.Parse(exporter.Attrs, result.Trees[0].Built.Plan.Epoch);
        var session = await sessions.GetAsync(await job.Session.Task, cancellation);
        await VertexAsync(job, "exporting to client tarball", async vertex =>
        {
            using var attested = new AttestedTrees(builds.Views, builds.Root);
            var files = FilesOf(job, result, output, attested, vertex);
            await using var stream = new FileSendStream(session, index, cancellation);
            await builds.Trees.WriteAsync([.. files.Select(f => (f.Platform.Length > 0 ? output.FolderOf(f.Platform, result.AsIndex) : "", f.Built.Tree))], output.Epoch, stream, cancellation);
            await stream.FinishAsync();
            job.Progress.Status(vertex, "sending tarball", stream.Sent, stream.Sent, done: true);
        });
    }

    /// <summary>The trees with their attestations in them, where such were asked for.</summary>
    private IReadOnlyList<(string Platform, BuiltTree Built)> FilesOf(BuildJob job, JobResult result, FilesOutput output, AttestedTrees attested, BuildVertex vertex)
    {
        var request = AttestationRequest.Parse(job.Attributes);
        IReadOnlyList<(string Platform, BuiltTree Built)> files = [.. result.Trees.Select(t =>
            (t.Platform, attested.Add(t.Built, request, ProvenanceOf(job, request), (stem, ending) => output.AttestationName(stem, ending, t.Platform, result.AsIndex), tree => job.Scans[tree], text => job.Progress.Warn(vertex, text))))];
        if (files.Count > 1 && output.PlatformSplit == false)
        {
            SharedFolder.Check(builds.Views, files);
        }

        return files;
    }

    private static async Task VertexAsync(BuildJob job, string name, Func<BuildVertex, Task> work)
    {
        var vertex = new BuildVertex(name, null, []);
        job.Progress.Announce(vertex);
        job.Progress.Begin(vertex);
        try
        {
            await work(vertex);
            job.Progress.End(vertex, cached: false, null);
        }
        catch (Exception e)
        {
            job.Progress.End(vertex, cached: false, e.Message);
            throw;
        }
    }
}
