using Corten.Build;
using Corten.Build.BuildKit;
using Corten.Build.Execution;
using Corten.Containers;
using Corten.Daemon.BuildKit;
using Corten.EngineApi.System;
using Corten.Images;
using Corten.Images.Progress;
using Corten.Images.Pull;
using Corten.Images.Push;
using Corten.Networks.Sandboxes;
using Corten.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Corten.Daemon;

/// <summary>The builder over images, networks and the launcher, with both its faces.</summary>
internal sealed class Builder : IAsyncDisposable
{
    public Builder(Stores stores, ImageService images, ContainerService containers, ContainerSettings settings, ISandboxes sandboxes)
    {
        Builds = new BuildService(new BuildParts(stores, images,
            async (name, platform, credentials, cancellation) =>
            {
                await using var report = new ProgressReport(null);
                await images.Pull.PullAsync(new PullRequest { Name = name, Platform = platform, Credentials = credentials }, report, cancellation);
            },
            (caches, views, root) => new RunExecutor(settings, sandboxes, containers.Launcher, containers.Loop, caches, views, root)));
        Face = new BuildKitFace(Builds, images, async (name, credentials, cancellation) =>
        {
            await using var report = new ProgressReport(null);
            await images.Push.PushAsync(new PushRequest { Name = name, Credentials = credentials }, report, cancellation);
        });
        Grpc = new GrpcHost(
            services => services.AddSingleton(Face.Control).AddSingleton(Face.Gateway),
            routes =>
            {
                routes.MapGrpcService<ControlService>();
                routes.MapGrpcService<GatewayService>();
            });
    }

    public BuildService Builds { get; }

    public BuildKitFace Face { get; }

    public GrpcHost Grpc { get; }

    /// <summary>For <c>system df</c>.</summary>
    public IReadOnlyList<BuildCacheRecord> Usage() => [.. Builds.Cache.List().Select(r => new BuildCacheRecord
    {
        Id = r.Uid, Type = r.Type, Description = r.Description, Size = Builds.Pruner.SizeOf(r), CreatedAt = r.Created, LastUsedAt = r.LastUsed, UsageCount = r.Uses,
        Parents = r.Parent != 0 && Builds.Cache.ById(r.Parent) is { } parent ? [parent.Uid] : null,
        Shared = new DirectoryInfo(Builds.Root.LayerOf(r.Uid)).LinkTarget is not null,
    })];

    public async ValueTask DisposeAsync()
    {
        await Grpc.DisposeAsync();
        Builds.Dispose();
    }
}
