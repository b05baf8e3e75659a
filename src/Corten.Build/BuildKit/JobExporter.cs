using System.Globalization;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Build.BuildKit.Protocol.Gateway;
using Corten.Build.Solving;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.BuildKit;

/// <summary>Does with a job's results what its exporters say.</summary>
internal sealed class JobExporter(BuildService builds, SessionRegistry sessions, ContextStore contexts, PushImage push)
{
    /// <summary>The exporters' answers, which clients put into metadata files.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ExportAsync(BuildJob job, Result? result, IReadOnlyList<Exporter> exporters, CancellationToken cancellation)
    {
        var answers = new Dictionary<string, string>();
        var trees = TreesOf(job, result);
        for (var i = 0; i < exporters.Count && trees.Count > 0; i++)
        {
            switch (exporters[i].Type)
            {
                case "moby" or "image" or "docker" when !exporters[i].Attrs.ContainsKey("dest") && exporters[i].Type != "docker":
                    await ImageAsync(job, trees, exporters[i], answers, cancellation);
                    break;
                case "local":
                    await LocalAsync(job, trees, i, cancellation);
                    break;
                case "tar":
                    await TarAsync(job, trees, i, cancellation);
                    break;
                case "cacheonly":
                    break;
                case var type:
                    throw CortenException.Invalid($"exporter {Dockerfile.Expansion.GoText.Quote(type)} could not be found");
            }
        }

        return answers;
    }

    private static List<(string Platform, BuiltTree Built)> TreesOf(BuildJob job, Result? result) => result?.ResultCase switch
    {
        Result.ResultOneofCase.Ref when job.Results.TryGetValue(result.Ref.Id, out var one) => [("", one)],
        Result.ResultOneofCase.RefDeprecated when job.Results.TryGetValue(result.RefDeprecated, out var one) => [("", one)],
        Result.ResultOneofCase.Refs => [.. result.Refs.Refs.OrderBy(r => r.Key, StringComparer.Ordinal).Where(r => job.Results.ContainsKey(r.Value.Id)).Select(r => (r.Key, job.Results[r.Value.Id]))],
        _ => [],
    };

    private async Task ImageAsync(BuildJob job, List<(string Platform, BuiltTree Built)> trees, Exporter exporter, Dictionary<string, string> answers, CancellationToken cancellation)
    {
        var names = (exporter.Attrs.TryGetValue("name", out var list) ? list : "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(ImageReference.Parse).ToArray();
        if (trees.Count > 1)
        {
            throw CortenException.NotImplemented("an image of several platforms can't be put into the image store by this exporter: build one platform at a time");
        }

        var built = trees[0].Built;
        await VertexAsync(job, "exporting to image", async vertex =>
        {
            var image = await builds.Images.ExportAsync(built.Plan, built.Tree, names, vertex, job.Progress, cancellation);
            answers["containerimage.digest"] = image.Record.Target.Digest.ToString();
            answers["containerimage.config.digest"] = image.Id.ToString();
            if (names.Length > 0)
            {
                answers["image.name"] = string.Join(',', names.Select(n => n.ToString()));
            }

            if (exporter.Attrs.TryGetValue("push", out var wanted) && wanted == "true")
            {
                foreach (var name in names)
                {
                    job.Progress.Status(vertex, $"pushing {name}", 0, 0, done: false);
                    var session = await sessions.GetAsync(await job.Session.Task, cancellation);
                    await push(name, await new SessionClient(session, new FrontendOptions(new Dictionary<string, string>()), contexts).CredentialsAsync(name.Domain, cancellation), cancellation);
                    job.Progress.Status(vertex, $"pushing {name}", 0, 0, done: true);
                }
            }
        });
    }

    private async Task LocalAsync(BuildJob job, List<(string Platform, BuiltTree Built)> trees, int index, CancellationToken cancellation)
    {
        var session = await sessions.GetAsync(await job.Session.Task, cancellation);
        await VertexAsync(job, "exporting to client directory", async vertex =>
        {
            using var roots = new SenderRoots(builds.Views, trees);
            await new FolderSender(session).SendAsync(roots.Parts, index, bytes => job.Progress.Status(vertex, "copying files", bytes, 0, done: false), cancellation);
            job.Progress.Status(vertex, "copying files", 0, 0, done: true);
        });
    }

    private async Task TarAsync(BuildJob job, List<(string Platform, BuiltTree Built)> trees, int index, CancellationToken cancellation)
    {
        var session = await sessions.GetAsync(await job.Session.Task, cancellation);
        await VertexAsync(job, "exporting to client tarball", async vertex =>
        {
            await using var stream = new FileSendStream(session, index, cancellation);
            await builds.Trees.WriteAsync(trees[0].Built.Tree, stream, cancellation);
            await stream.FinishAsync();
            job.Progress.Status(vertex, "sending tarball", stream.Sent, stream.Sent, done: true);
        });
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
