using Corten.Containers.Exec;
using Corten.Containers.Machine;
using Corten.Containers.Model;
using Corten.Containers.Spec;
using Corten.EngineApi.Containers;
using Corten.EngineApi.Networks;

namespace Corten.Containers.Views;

/// <summary>A container in full.</summary>
public sealed class InspectContainer
{
    private readonly ContainerCore _core;
    private readonly ExecRegistry _execs;

    internal InspectContainer(ContainerCore core, ExecRegistry execs) => (_core, _execs) = (core, execs);

    /// <param name="idOrName"></param>
    /// <param name="withSize">Walk its files, which may take a while.</param>
    public ContainerInspect Run(string idOrName, bool withSize)
    {
        var container = _core.Registry.Find(idOrName);
        var (id, record, status) = (container.Id, container.Record, container.Status);
        var command = record.Command;
        var started = status.StartedAt != default;
        var size = withSize ? _core.Layers.Usage(id) : ((long, long)?)null;
        return new ContainerInspect
        {
            Id = id,
            Created = record.Created,
            Path = command.Count > 0 ? command[0] : "",
            Args = [.. command.Skip(1)],
            State = State(container, status),
            Image = record.ImageId,
            ResolvConfPath = started ? _core.Paths.ResolvConf(id) : "",
            HostnamePath = started ? _core.Paths.Hostname(id) : "",
            HostsPath = started ? _core.Paths.Hosts(id) : "",
            LogPath = started && record.Host.LogConfig.Type == "json-file" ? _core.Paths.JsonLog(id) : "",
            Name = "/" + container.Name,
            RestartCount = status.RestartCount,
            Driver = "overlay2",
            Platform = "linux",
            AppArmorProfile = AppArmor.Shown(SecurityOptions.AppArmorOf(record.Host), record.Host.Privileged, started),
            ExecIDs = _execs.LiveIds(container),
            HostConfig = record.Host,
            GraphDriver = GraphDriver(id),
            SizeRw = size?.Item1,
            SizeRootFs = size?.Item2,
            Mounts = MountView.Of(record.Mounts),
            Config = record.Config,
            NetworkSettings = Networks(container),
        };
    }

    private static ContainerState State(Container container, ContainerStatus status) => new()
    {
        Status = status.Word,
        Running = status.IsUp,
        Paused = status.Paused,
        Restarting = status.Phase == Phase.Restarting,
        OOMKilled = status.OomKilled,
        Dead = status.Phase == Phase.Dead,
        Pid = status.Pid,
        ExitCode = status.ExitCode,
        Error = status.Error,
        StartedAt = status.StartedAt,
        FinishedAt = status.FinishedAt,
        Health = container.Health?.State,
    };

    /// <summary>In the words of overlay2, which is what the layers are: clients look for them.</summary>
    private GraphDriver GraphDriver(string id)
    {
        var data = new Dictionary<string, string> { ["ID"] = id };
        if (_core.Layers.Snapshots.TryGet(id) is not null)
        {
            var layers = _core.Layers.Open(id);
            data["LowerDir"] = string.Join(':', layers.Lower);
            data["MergedDir"] = _core.Paths.Rootfs(id);
            data["UpperDir"] = layers.Upper ?? "";
            data["WorkDir"] = layers.Work ?? "";
        }

        return new GraphDriver { Name = "overlay2", Data = data };
    }

    private NetworkSettings Networks(Container container)
    {
        var settings = new NetworkSettings { Networks = NetworkView.Endpoints(container, _core.Sandboxes) };
        if (container.Status.IsRunning && _core.Sandboxes.Find(container.Id) is { } sandbox)
        {
            settings.SandboxId = sandbox.Id;
            settings.SandboxKey = sandbox.NamespacePath ?? "";
            settings.Ports = sandbox.Ports;
        }

        settings.CopyFromDefaultBridge();
        return settings;
    }
}
