using Corten.Build.BuildKit.Sessions;
using Corten.Images;

namespace Corten.Build.BuildKit;

/// <summary>Everything that BuildKit's clients talk to, put together once for the daemon.</summary>
public sealed class BuildKitFace
{
    public BuildKitFace(BuildService builds, ImageService images, PushImage push)
    {
        var jobs = new JobRegistry();
        var history = new HistoryStore(builds.Database);
        var contexts = new ContextStore(builds.Cache, builds.Root);
        var caches = new JobCaches(builds, images.Store, Sessions, contexts);
        var frontend = new BuildFrontend(builds, images, Sessions, contexts, new RemoteContexts(builds.Root, builds.Http), caches);
        Gateway = new GatewayService(jobs, frontend);
        var exporter = new JobExporter(builds, Sessions, contexts, images.Store.Content, caches, push);
        Control = new ControlService(jobs, frontend, exporter, new BuildHistory(history), builds);
        Content = new HistoryContent(history);
        Traced = new TracedBuild(builds, Sessions, contexts, exporter);
    }

    public SessionRegistry Sessions { get; } = new();

    public ControlService Control { get; }

    public GatewayService Gateway { get; }

    public HistoryContent Content { get; }

    public TracedBuild Traced { get; }
}
