using Corten.Build;
using Corten.Build.BuildKit;
using Corten.Build.Execution;
using Corten.Build.Solving;
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
    public Builder(Stores stores, ImageService images, ContainerService containers, ContainerSettings settings, ISandboxes sandboxes, long? cacheLimit)
    {
        containers.AwaitEarlierStarts();
        RunExecutor.EndLeftovers(settings);
        Builds = new BuildService(new BuildParts(stores, images,
            async (name, platform, credentials, tell, cancellation) =>
            {
                await using var report = new ProgressReport(tell);
                await images.Pull.PullAsync(new PullRequest { Name = name, Platform = platform, Credentials = credentials }, report, cancellation);
            },
            (caches, views, root) => new RunExecutor(settings, sandboxes, containers.Launcher, containers.Loop, containers.NetworkOf, caches, views, root)) { CacheLimit = cacheLimit });
        Face = new BuildKitFace(Builds, images, async (request, target, stored, cancellation) =>
        {
            await using var report = new ProgressReport(static _ => { });
            await images.Push.PushAsync(request, target, stored, report, cancellation);
        }, () => sandboxes.HostGateways);
        Grpc = new GrpcHost(
            services => services.AddSingleton(Face.Control).AddSingleton(Face.Gateway).AddSingleton(Face.Content),
            routes =>
            {
                routes.MapGrpcService<ControlService>();
                routes.MapGrpcService<GatewayService>();
                routes.MapGrpcService<HistoryContent>();
            });
    }

    public BuildService Builds { get; }

    public BuildKitFace Face { get; }

    public GrpcHost Grpc { get; }

    /// <summary>For <c>system df</c>.</summary>
    public IReadOnlyList<BuildCacheRecord> RecordsWith(CacheUsage usage)
    {
        var records = Builds.Cache.List();
        var shared = Builds.Pruner.SharedOf(records);
        var uids = records.ToDictionary(r => r.Id, r => r.Uid);
        return [.. records.Select(r => new BuildCacheRecord
        {
            Id = r.Uid, Type = r.Type, Description = r.Description, Size = usage.Sizes.TryGetValue(r.Id, out var size) ? size : Builds.Pruner.SizeOf(r), CreatedAt = r.Created, LastUsedAt = r.LastUsed, UsageCount = r.Uses,
            Parents = uids.TryGetValue(r.Parent, out var parent) ? [parent] : null, InUse = Builds.Pruner.InUse(r), Shared = shared.Contains(r.Id),
        })];
    }

    public async ValueTask DisposeAsync()
    {
        await Grpc.DisposeAsync();
        await Builds.DisposeAsync();
    }
}
