using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Corten.Build;
using Corten.Build.BuildKit;
using Corten.Build.Contexts;
using Corten.Build.Dockerfile.Syntax;
using Corten.Build.Execution;
using Corten.Build.Solving;
using Corten.Daemon.Endpoints.Images;
using Corten.Daemon.Http;
using Corten.Distribution.Authentication;
using Corten.EngineApi.Build;
using Corten.EngineApi.Images;
using Corten.EngineApi.Streams;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Build;

/// <summary><c>POST /build</c>: the classic build. The body is the context as an archive; the answer is a stream of lines.</summary>
internal sealed class Build(BuildService builds, TracedBuild traced, RunningBuilds running, UploadRequests uploads, bool experimental)
{
    public async Task ServeAsync(RequestContext context)
    {
        var parameters = new BuildParameters(context.Query, experimental);
        if (parameters.UploadOf is { } wanted)
        {
            await uploads.OfferAsync(wanted, context.Body, context.Aborted);
            await context.WriteEmptyAsync(StatusCodes.Status200OK);
            return;
        }

        var plan = parameters.Plan();
        var credentials = Credentials(context);
        var folder = builds.Root.NewTemporary();
        try
        {
            if (parameters.IsOfSession)
            {
                using var own = running.Add(parameters.BuildId, context.Aborted);
                await TraceAsync(context, parameters, plan, null, own.Token);
                return;
            }

            var dockerfile = await ReceiveAsync(context, parameters, folder);
            var client = new FolderClient(folder, dockerfile, credentials) { OfBuildKit = parameters.IsTraced };
            using var entry = running.Add(parameters.BuildId, context.Aborted);
            await (parameters.IsTraced && !parameters.Check ? TraceAsync(context, parameters, plan, client, entry.Token)
                : parameters.Check ? CheckAsync(context, plan, client, entry.Token) : BuildAsync(context, parameters, plan, client, entry.Token));
        }
        finally
        {
            builds.Root.Discard(folder);
        }
    }

    private async Task CheckAsync(RequestContext context, Corten.Build.Planning.PlanOptions plan, FolderClient client, CancellationToken cancellation)
    {
        var (checks, source, error) = await builds.CheckAsync(plan, client, NoProgress.Instance, cancellation);
        if (error is not null)
        {
            throw error;
        }

        IReadOnlyList<BuildFinding> findings = [.. checks.Findings.OrderBy(f => f.Range.Start).Select(f => new BuildFinding
        {
            Rule = f.Rule.Name, Message = f.Message, Description = f.Rule.Description, Url = f.Rule.Url, Line = f.Range.Start,
            Excerpt = DockerfileException.Excerpt(source.Name, source.Text, f.Range),
        })];
        await context.WriteJsonAsync(findings, BuildJson.Plain.IReadOnlyListBuildFinding);
    }

    /// <summary>A quiet build tells what it did only if it fails.</summary>
    private Task TraceAsync(RequestContext context, BuildParameters parameters, Corten.Build.Planning.PlanOptions plan, FolderClient? client, CancellationToken stop) =>
        context.WriteProgressAsync(async (writer, aborted) =>
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, aborted);
            var kept = new List<byte[]>();
            Task Write(byte[] message) => writer.AuxAsync(message, BuildJson.Plain.ByteArray, "moby.buildkit.trace", aborted);
            try
            {
                var request = new TracedRequest(plan, client, parameters.Session, parameters.Names) { Pull = parameters.Pull, CacheFrom = parameters.CacheFrom, Output = parameters.Output };
                var id = await traced.RunAsync(request, message => parameters.Quiet ? Keep(message) : Write(message), both.Token);
                await (id is null ? Task.CompletedTask : parameters.Quiet ? writer.StreamAsync(id + "\n", aborted) : writer.AuxAsync(new BuildResult { ID = id.Value.ToString() }, ImagesJson.Wire.BuildResult, "moby.image.id", aborted));
            }
            catch
            {
                foreach (var message in kept)
                {
                    await Write(message);
                }

                throw;
            }

            Task Keep(byte[] message)
            {
                kept.Add(message);
                return Task.CompletedTask;
            }
        });

    private Task BuildAsync(RequestContext context, BuildParameters parameters, Corten.Build.Planning.PlanOptions plan, FolderClient client, CancellationToken stop) =>
        context.WriteProgressAsync(async (writer, aborted) =>
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, aborted);
            var lines = Channel.CreateUnbounded<ProgressMessage>(new UnboundedChannelOptions { SingleReader = true });
            // A quiet build tells what it did only if it fails.
            var writing = new Lazy<Task>(() => WriteLinesAsync(lines.Reader, writer, aborted));
            if (!parameters.Quiet)
            {
                _ = writing.Value;
            }

            var memory = new SettingsMemory(builds.Cache);
            var progress = new ClassicProgress(line => lines.Writer.TryWrite(line), parameters.Telling, memory);
            try
            {
                var imports = await builds.ImportsOfAsync(parameters.CacheFrom, both.Token);
                using var built = await builds.BuildAsync(plan, parameters.Pull, parameters.Explain, client, progress, both.Token, imports);
                var vertex = new BuildVertex("exporting to image", null, []);
                var image = await builds.Images.ExportAsync(built, parameters.Names, vertex, progress, both.Token);
                progress.Finish(image.Id.Short);
                if (built.Plan.UnusedArguments is { Count: > 0 } unused)
                {
                    lines.Writer.TryWrite(new ProgressMessage { Stream = $"[Warning] One or more build-args [{string.Join(' ', unused)}] were not consumed\n" });
                }

                lines.Writer.Complete();
                await (parameters.Quiet ? Task.CompletedTask : writing.Value);
                await FinishAsync(writer, parameters, built, image.Id.ToString(), image.Id.Short, aborted);
            }
            catch (RunFailedException e)
            {
                lines.Writer.TryComplete();
                await writing.Value;
                await writer.ErrorAsync($"The command '{e.Command}' returned a non-zero code: {e.Code}", e.Code, aborted);
            }
            catch (Exception e)
            {
                var isOfStep = e is DockerfileException { Range.Start: var line } && progress.Fail(line);
                lines.Writer.TryComplete();
                await writing.Value;
                if (ClassicErrors.Translate(e, isOfStep) is { } other)
                {
                    throw other;
                }

                throw;
            }
            finally
            {
                memory.Keep();
            }
        });

    private static async Task FinishAsync(ProgressWriter writer, BuildParameters parameters, BuiltTree built, string id, string shortId, CancellationToken cancellation)
    {
        if (parameters.Explain)
        {
            IReadOnlyList<StepExplanation> steps = [.. built.Outcomes.OrderBy(o => o.Step.Range?.Start ?? 0).Select(o => new StepExplanation
            {
                Step = o.Step.Name, Line = o.Step.Range?.Start ?? 0, Cached = o.Hit, Reasons = o.Reasons,
            })];
            await writer.AuxAsync(steps, BuildJson.Plain.IReadOnlyListStepExplanation, "corten.explain", cancellation);
        }

        if (parameters.Quiet)
        {
            await writer.StreamAsync(id + "\n", cancellation);
            return;
        }

        await writer.AuxAsync(new BuildResult { ID = id }, ImagesJson.Wire.BuildResult, cancellationToken: cancellation);
        await writer.StreamAsync($"Successfully built {shortId}\n", cancellation);
        foreach (var name in parameters.Names)
        {
            await writer.StreamAsync($"Successfully tagged {name.Familiar}\n", cancellation);
        }
    }

    private static async Task WriteLinesAsync(ChannelReader<ProgressMessage> lines, ProgressWriter writer, CancellationToken cancellation)
    {
        await foreach (var line in lines.ReadAllAsync(CancellationToken.None))
        {
            if (!cancellation.IsCancellationRequested)
            {
                await writer.WriteAsync(line, cancellation);
            }
        }
    }

    /// <summary>Unpacks the context; gives the Dockerfile's name in it.</summary>
    private async Task<string> ReceiveAsync(RequestContext context, BuildParameters parameters, string folder)
    {
        using var uploaded = parameters.IsUploaded ? await uploads.TakeAsync(parameters.BuildId, context.Aborted) : null;
        if (parameters.Remote.Length > 0 && uploaded is null)
        {
            return await builds.FetchContextAsync(parameters.Remote, folder, parameters.Dockerfile, context.Aborted);
        }

        try
        {
            using var target = FileAt.Open(folder, OpenFlags.ReadOnly | OpenFlags.Directory);
            await TreeArchive.ExtractAsync(target, uploaded?.Body ?? context.Body, new ExtractOptions { Owner = (0, 0) }, context.Aborted);
        }
        catch (CortenException e) when (e.Kind == ErrorKind.InvalidArgument)
        {
            throw CortenException.Internal(e.Message, e);
        }

        // Inside the context nothing could be read that is not in it; a name that leads out is refused as such.
        return !Path.GetFullPath(parameters.Dockerfile.TrimStart('/'), folder).StartsWith(folder + "/", StringComparison.Ordinal)
            ? throw CortenException.Internal($"forbidden path outside the build context: {parameters.Dockerfile} ()") : parameters.Dockerfile;
    }

    /// <summary>The header <c>X-Registry-Config</c>: who the client is at each registry.</summary>
    private static Func<string, RegistryCredentials> Credentials(RequestContext context)
    {
        var header = context.Header("X-Registry-Config").Trim();
        if (header.Length == 0)
        {
            return _ => RegistryCredentials.Anonymous;
        }

        Dictionary<string, AuthConfig> known;
        try
        {
            var padded = header.Replace('-', '+').Replace('_', '/');
            padded += new string('=', (4 - padded.Length % 4) % 4);
            known = JsonSerializer.Deserialize(Convert.FromBase64String(padded), BuildJson.Plain.DictionaryStringAuthConfig) ?? [];
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // As Docker does: the registries decide what an anonymous build may have.
            known = [];
        }

        return registry =>
        {
            var names = registry == "docker.io" ? new[] { "https://index.docker.io/v1/", "index.docker.io", "docker.io" } : [registry, "https://" + registry];
            return names.Select(known.GetValueOrDefault).FirstOrDefault(a => a is not null) is { } auth ? RegistryAuth.From(auth) : RegistryCredentials.Anonymous;
        };
    }
}

/// <summary>Builds that can be cancelled by the id that their client gave them.</summary>
internal sealed class RunningBuilds
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _builds = new();

    public Entry Add(string id, CancellationToken aborted)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var key = id.Length > 0 ? id : Guid.NewGuid().ToString("n");
        _builds[key] = stop;
        return new Entry(this, key, stop);
    }

    public void Cancel(string id)
    {
        if (_builds.TryGetValue(id, out var stop))
        {
            stop.Cancel();
        }
    }

    internal sealed class Entry(RunningBuilds owner, string key, CancellationTokenSource stop) : IDisposable
    {
        public CancellationToken Token => stop.Token;

        public void Dispose()
        {
            owner._builds.TryRemove(new(key, stop));
            stop.Dispose();
        }
    }
}
