using System.Runtime.InteropServices;
using Corten.Build;
using Corten.Build.BuildKit;
using Corten.Build.Execution;
using Corten.Containers;
using Corten.Containers.Launching;
using Corten.Daemon.BuildKit;
using Corten.Images;
using Corten.Images.Progress;
using Corten.Images.Pull;
using Corten.Images.Push;
using Corten.Networks.Sandboxes;
using Corten.Storage;
using Corten.Supervision.Launcher;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Corten.Daemon;

/// <summary>The builder, put together over images and containers, with its two faces: builds by request, and BuildKit's gRPC services.</summary>
internal sealed class BuilderParts : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    public BuilderParts(Stores stores, ImageService images, ContainerService containers, ContainerSettings settings, ISandboxes sandboxes)
    {
        Builds = new BuildService(new Corten.Build.BuildParts(
            stores,
            images,
            (name, platform, cancellation) => PullAsync(images, name, platform, cancellation),
            (caches, views, root) => new RunExecutor(settings, sandboxes, new LauncherPort(containers.Launcher), containers.Loop, caches, views, root)));
        Face = new BuildKitFace(Builds, images, _http, (name, cancellation) => PushAsync(images, name, cancellation));
        Grpc = new GrpcHost(
            services => services.AddSingleton(Face.Control).AddSingleton(Face.Gateway),
            endpoints =>
            {
                endpoints.MapGrpcService<Corten.Build.BuildKit.Protocol.Control.Control.ControlBase>();
                endpoints.MapGrpcService<Corten.Build.BuildKit.Protocol.Gateway.LLBBridge.LLBBridgeBase>();
            });
    }

    public BuildService Builds { get; }

    public BuildKitFace Face { get; }

    public GrpcHost Grpc { get; }

    public async ValueTask DisposeAsync()
    {
        await Grpc.DisposeAsync();
        Builds.Dispose();
        _http.Dispose();
    }

    private static async Task PullAsync(ImageService images, Oci.Image.ImageReference name, Oci.Image.Platform platform, CancellationToken cancellationToken)
    {
        await using var report = new ProgressReport(null);
        await images.Pull.PullAsync(new PullRequest { Name = name, Platform = platform }, report, cancellationToken);
    }

    private static async Task PushAsync(ImageService images, Oci.Image.ImageReference name, CancellationToken cancellationToken)
    {
        await using var report = new ProgressReport(null);
        await images.Push.PushAsync(new PushRequest { Name = name }, report, cancellationToken);
    }

    private sealed class LauncherPort(Launcher launcher) : ILauncherPort
    {
        public void Send(LaunchRequest request, ReadOnlySpan<SafeHandle> descriptors) => launcher.Send(request, descriptors);
    }
}
