using System.Net;
using System.Text;
using System.Text.Json;
using Corten.Build.Attestations;
using Corten.Build.BuildKit.Protocol;
using Corten.Build.BuildKit.Protocol.Gateway;
using Corten.Build.BuildKit.Sessions;
using Corten.Build.CacheTransfer;
using Corten.Build.Contexts;
using Corten.Build.Dockerfile.Syntax;
using Corten.Build.Execution;
using Corten.Build.Solving;
using Corten.Images;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Google.Protobuf;
using Platform = Corten.Oci.Image.Platform;

namespace Corten.Build.BuildKit;

/// <summary>The built-in Dockerfile front end, as clients of the control service call it.</summary>
internal sealed class BuildFrontend(
    BuildService builds, ImageService images, SessionRegistry sessions, ContextStore contexts, RemoteContexts remotes, JobCaches caches, Func<IReadOnlyList<IPAddress>> hostGateways)
{
    private readonly LinkedResults _linked = new();

    public TreeReader Reader { get; } = new(builds.Views);

    public WorkerRecord Worker() => new()
    {
        Id = "corten", BuildkitVersion = Version(),
        Platforms = { Emulation.Platforms().Select(p => new Protocol.Platform { Os = p.Os, Architecture = p.Architecture, Variant = p.Variant ?? "" }) },
        Labels =
        {
            { "org.mobyproject.buildkit.worker.executor", "containerd" }, { "org.mobyproject.buildkit.worker.hostname", Environment.MachineName },
            // What buildx looks for before it asks for archives, several platforms, caches elsewhere, attestations.
            { "org.mobyproject.buildkit.worker.snapshotter", "overlayfs" },
            // What buildx puts in the place of host-gateway; one address, as Docker.
            { "org.mobyproject.buildkit.worker.moby.host-gateway-ip", hostGateways().FirstOrDefault()?.ToString() ?? "" },
        },
        GcPolicy = { builds.CacheLimit is not 0 and var limit ? [new GCPolicy { All = true, MaxUsedSpace = limit }] : Array.Empty<GCPolicy>() },
    };

    public static BuildkitVersion Version() => new() { Package = "github.com/moby/buildkit", Version = "v0.25.1", Revision = "corten" };

    /// <summary>Builds what the attributes describe; one result, or one for each platform.</summary>
    public async Task<Result> SolveAsync(
        BuildJob job, string frontend, IReadOnlyDictionary<string, string> attributes, IReadOnlyDictionary<string, Definition> inputs, CancellationToken cancellation)
    {
        if (frontend is not ("dockerfile.v0" or "gateway.v0"))
        {
            throw BuildErrors.Of(CortenException.Invalid($"frontend {frontend} not found"));
        }

        DockerfileSource? source = null;
        var options = new FrontendOptions(attributes);
        try
        {
            options = new FrontendOptions(attributes, _linked.Find(inputs));
            _ = AttestationRequest.Parse(attributes);
            var session = await sessions.GetAsync(await job.Session.Task.WaitAsync(cancellation), cancellation);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, session.Gone);
            var client = await ClientAsync(job, session, options, stop.Token);
            if (options.Subrequest is { } request)
            {
                return await new Subrequests(builds).AnswerAsync(request, options, client, job.Progress, stop.Token);
            }

            var remembering = new RememberingClient(client, s =>
            {
                source = s;
                job.Progress.Source ??= new SourceInfo { Filename = s.Name, Data = ByteString.CopyFromUtf8(s.Text), Language = "Dockerfile" };
            });
            var sources = job.CacheImports.Concat(options.CacheImports).DistinctBy(e => e.Type + '\0' + string.Join('\0', e.Attrs.OrderBy(a => a.Key).Select(a => $"{a.Key}={a.Value}")));
            var imports = await caches.ImportAsync(job, [.. sources], stop.Token);
            job.InlineCache |= options.InlineCache;
            job.Attributes = attributes;
            var platforms = options.Platforms ?? (options.MultiPlatform ? [Platform.Host] : null);
            return platforms is { Count: > 1 } || options.MultiPlatform
                ? await ManyAsync(job, options, platforms!, remembering, imports, stop.Token)
                : await OneAsync(job, options, platforms?[0], remembering, imports, stop.Token);
        }
        catch (Exception e) when (e is not Grpc.Core.RpcException)
        {
            throw BuildErrors.Of(e, source?.Name ?? options.FileName, source?.Text);
        }
    }

    /// <summary>Fetches the file that a client's own graph names.</summary>
    public async Task<Result> FetchAsync(BuildJob job, Definition graph, CancellationToken cancellation)
    {
        try
        {
            var session = await sessions.GetAsync(await job.Session.Task.WaitAsync(cancellation), cancellation);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, session.Gone);
            var client = await ClientAsync(job, session, new FrontendOptions(new Dictionary<string, string>()), stop.Token);
            return new Result { Ref = Keep(job, await builds.FetchAsync(ClientGraph.Parse(graph), client, job.Progress, stop.Token)) };
        }
        catch (Exception e) when (e is not Grpc.Core.RpcException)
        {
            throw BuildErrors.Of(e);
        }
    }

    public async Task<(string Reference, string Digest, byte[] Config)> ResolveAsync(string reference, Protocol.Platform? platform, CancellationToken cancellation)
    {
        var wanted = platform is null ? Platform.Host : new Platform { Os = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant is { Length: > 0 } v ? v : null };
        var image = await images.ResolveAsync(reference, wanted, cancellation);
        return (ImageReference.Parse(reference).WithDefaultTag().ToString(), image.Record.Target.Digest.ToString(), JsonSerializer.SerializeToUtf8Bytes(image.Config, ImageJson.Plain.ImageConfig));
    }

    private async Task<IBuildClient> ClientAsync(BuildJob job, BuildSession session, FrontendOptions options, CancellationToken cancellation)
    {
        var client = new SessionClient(session, options, contexts);
        job.Hold(client);
        if (options.RemoteContext is not { } url)
        {
            return client;
        }

        var remote = await remotes.OpenAsync(url, session, options, cancellation);
        job.Hold(remote);
        return new RemoteClient(remote.Client(options.FileName), client, options.HasLocalDockerfile);
    }

    private async Task<Result> OneAsync(
        BuildJob job, FrontendOptions options, Platform? platform, IBuildClient client, ImportedCache? imports, CancellationToken cancellation)
    {
        var built = await builds.BuildAsync(options.Plan(platform, multiPlatform: false, job.Entitlements), options.Pull, options.Explain, client, job.Progress, cancellation, imports);
        var result = new Result { Ref = Keep(job, built) };
        result.Metadata["containerimage.config"] = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(built.Plan.Config, ImageJson.Plain.ImageConfig));
        return result;
    }

    private async Task<Result> ManyAsync(
        BuildJob job, FrontendOptions options, IReadOnlyList<Platform> platforms, IBuildClient client, ImportedCache? imports, CancellationToken cancellation)
    {
        var built = await Task.WhenAll(platforms.Select(p =>
            builds.BuildAsync(options.Plan(p, multiPlatform: true, job.Entitlements), options.Pull, options.Explain, client, job.Progress, cancellation, imports)));
        var result = new Result { Refs = new RefMap() };
        for (var i = 0; i < built.Length; i++)
        {
            var name = platforms[i].ToString();
            result.Refs.Refs[name] = Keep(job, built[i] with { Order = i });
            result.Metadata[$"containerimage.config/{name}"] = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(built[i].Plan.Config, ImageJson.Plain.ImageConfig));
        }

        result.Metadata["refs.platforms"] = ByteString.CopyFrom(PlatformList(platforms));
        return result;
    }

    private static byte[] PlatformList(IReadOnlyList<Platform> platforms)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("Platforms");
            foreach (var platform in platforms)
            {
                json.WriteStartObject();
                json.WriteString("ID", platform.ToString());
                json.WritePropertyName("Platform");
                JsonSerializer.Serialize(json, platform, ImageJson.Plain.Platform);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private Ref Keep(BuildJob job, BuiltTree built)
    {
        var id = BuildRoot.NewUid();
        job.Results[id] = built;
        job.Hold(built);
        return new Ref { Id = id, Def = _linked.Keep(id, built) };
    }

    /// <summary>Notes the Dockerfile for messages.</summary>
    private sealed class RememberingClient(IBuildClient inner, Action<DockerfileSource> note) : IBuildClient
    {
        public Execution.IBuildSecrets Secrets => inner.Secrets;

        public Task<Distribution.Authentication.RegistryCredentials> CredentialsAsync(string registry, CancellationToken cancellation) => inner.CredentialsAsync(registry, cancellation);

        public async Task<DockerfileSource> ReadDockerfileAsync(TransferProgress progress, CancellationToken cancellation)
        {
            var source = await inner.ReadDockerfileAsync(progress, cancellation);
            note(source);
            return source;
        }

        public Task<IReadOnlyList<string>> IgnoreLinesAsync(string contextName, CancellationToken cancellation) => inner.IgnoreLinesAsync(contextName, cancellation);

        public Task<ContextFolder> FetchAsync(Planning.LocalStep step, TransferProgress progress, CancellationToken cancellation) => inner.FetchAsync(step, progress, cancellation);

        public ILayoutSource? Layout(string name) => inner.Layout(name);
    }
}
