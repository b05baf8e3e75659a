using System.Net;
using Corten.Build.BuildKit.Sessions;
using Corten.Images;

namespace Corten.Build.BuildKit;

/// <summary>Everything that BuildKit's clients talk to, put together once for the daemon.</summary>
public sealed class BuildKitFace
{
    /// <param name="builds">The builder.</param>
    /// <param name="images">Where images go.</param>
    /// <param name="push">Pushes one.</param>
    /// <param name="hostGateways">What <c>host-gateway</c> stands for: clients put the address in its place themselves.</param>
    public BuildKitFace(BuildService builds, ImageService images, PushImage push, Func<IReadOnlyList<IPAddress>> hostGateways)
    {
        var jobs = new JobRegistry();
        var history = new HistoryStore(builds.Database);
        var contexts = new ContextStore(builds.Cache, builds.Root);
        var caches = new JobCaches(builds, images.Store, Sessions, contexts);
        var frontend = new BuildFrontend(builds, images, Sessions, contexts, new RemoteContexts(builds.Root, builds.Http), caches, hostGateways);
        Gateway = new GatewayService(jobs, frontend);
        var exporter = new JobExporter(builds, Sessions, contexts, images.Store.Content, caches, push);
        Control = new ControlService(jobs, frontend, exporter, new BuildHistory(history), builds, Sessions);
        Content = new HistoryContent(history);
        Traced = new TracedBuild(builds, Sessions, contexts, exporter);
    }

    public SessionRegistry Sessions { get; } = new();

    public ControlService Control { get; }

    public GatewayService Gateway { get; }

    public HistoryContent Content { get; }

    public TracedBuild Traced { get; }
}
