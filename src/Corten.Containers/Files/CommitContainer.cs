using Corten.Containers.Model;
using Corten.EngineApi.Containers;
using Corten.Images.Commit;
using Corten.Oci.Image;

namespace Corten.Containers.Files;

/// <summary>Makes an image of what a container has become.</summary>
public sealed class CommitContainer : ICommitContainers
{
    private readonly ContainerCore _core;

    internal CommitContainer(ContainerCore core) => _core = core;

    /// <param name="idOrName"></param>
    /// <param name="pause">Hold its processes meanwhile.</param>
    /// <param name="options"></param>
    /// <param name="images">Which makes images.</param>
    /// <param name="cancellationToken"></param>
    public async Task<Digest> RunAsync(string idOrName, bool pause, CommitOptions options, ImageCommit images, CancellationToken cancellationToken)
    {
        var container = _core.Registry.Find(idOrName);
        await using var source = await OpenAsync(idOrName, pause, cancellationToken);
        var id = await images.CommitAsync(source, options, cancellationToken);
        _core.Events.Publish(container, "commit", ("comment", options.Comment), ("imageID", id.ToString()), ("imageRef", options.Name?.Familiar ?? ""));
        return id;
    }

    /// <summary>A container's configuration as an image says it.</summary>
    public static ContainerDefaults Defaults(ContainerConfig config) => new()
    {
        User = config.User,
        ExposedPorts = config.ExposedPorts?.Keys.ToDictionary(port => port, _ => new EmptyObject()),
        Env = config.Env,
        Entrypoint = config.Entrypoint,
        Cmd = config.Cmd,
        Volumes = config.Volumes?.Keys.ToDictionary(path => path, _ => new EmptyObject()),
        WorkingDir = config.WorkingDir,
        Labels = config.Labels,
        StopSignal = config.StopSignal,
        OnBuild = config.OnBuild,
        Shell = config.Shell,
        Healthcheck = config.Healthcheck is not { } health ? null : new ImageHealthcheck
        {
            Test = health.Test,
            Interval = health.Interval,
            Timeout = health.Timeout,
            StartPeriod = health.StartPeriod,
            StartInterval = health.StartInterval,
            Retries = health.Retries,
        },
    };

    /// <summary>Lends a container to whoever makes the image: it keeps its phase, and its files if it is paused.</summary>
    public async Task<CommitSource> OpenAsync(string nameOrId, bool pause, CancellationToken cancellationToken)
    {
        var container = _core.Registry.Find(nameOrId);
        await container.Gate.WaitAsync(cancellationToken);
        try
        {
            var frozen = pause && container.Status is { IsRunning: true, Paused: false };
            if (frozen)
            {
                _core.Cgroup(container).Freeze();
                _core.SetStatus(container, container.Status with { Paused = true });
                _core.Events.Publish(container, "pause");
            }

            return new Source(_core, container, frozen);
        }
        catch
        {
            container.Gate.Release();
            throw;
        }
    }

    /// <summary>A container held as it is until this is disposed.</summary>
    private sealed class Source(ContainerCore core, Container container, bool frozen) : CommitSource
    {
        public override string ContainerId => container.Id;

        public override Digest Image => Digest.TryParse(container.Record.ImageId, out var image) ? image : default;

        public override Digest Chain => container.Record.Chain.Length > 0 ? Digest.Parse(container.Record.Chain) : default;

        public override ContainerDefaults Config => Defaults(container.Record.Config);

        public override Task WriteLayerAsync(Stream target, CancellationToken cancellationToken) =>
            core.Layers.Snapshots.WriteLayerAsync(container.Id, target, cancellationToken);

        public override ValueTask DisposeAsync()
        {
            try
            {
                if (frozen)
                {
                    core.Cgroup(container).Thaw();
                    core.SetStatus(container, container.Status with { Paused = false });
                    core.Events.Publish(container, "unpause");
                }
            }
            finally
            {
                container.Gate.Release();
            }

            return ValueTask.CompletedTask;
        }
    }
}
