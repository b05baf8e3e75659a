using Corten.Build.BuildKit.Protocol.Control;
using Corten.Build.BuildKit.Protocol.Gateway;
using Corten.Images;
using Corten.Oci.Image;

namespace Corten.Build.BuildKit;

/// <summary>Everything that BuildKit's clients talk to, put together once for the daemon.</summary>
public sealed class BuildKitFace
{
    public BuildKitFace(BuildService builds, ImageService images, HttpClient http, Func<ImageReference, CancellationToken, Task> push)
    {
        var jobs = new JobRegistry();
        var contexts = new ContextStore(builds.Cache, builds.Root);
        var frontend = new BuildFrontend(builds, images, Sessions, contexts, new RemoteContexts(builds.Root, http));
        Gateway = new GatewayService(jobs, frontend);
        Control = new ControlService(jobs, frontend, new JobExporter(builds, Sessions, push), builds.Pruner, builds.Cache, builds.Root, new BuildHistory());
    }

    public SessionRegistry Sessions { get; } = new();

    public Control.ControlBase Control { get; }

    public LLBBridge.LLBBridgeBase Gateway { get; }
}
