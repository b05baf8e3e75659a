using System.Text;
using System.Text.Json;
using Corten.Containers.Launching;
using Corten.Containers.Logs;
using Corten.Containers.Model;
using Corten.Containers.Mounts;
using Corten.Containers.Spec;
using Corten.Linux.Mounts;
using Corten.Networks.Sandboxes;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;
using Corten.Supervision.Launcher;
using Corten.Volumes;
using LaunchStart = Corten.Supervision.Launcher.StartContainer;

namespace Corten.Containers.Lifecycle;

/// <summary>Everything that a start needs to be there before the launcher is asked: volumes, network, the files of /etc, the bundle.</summary>
internal sealed class StartPreparation(ContainerCore core)
{
    private readonly AccountLookup _accounts = new(core);

    public async Task<LaunchStart> PrepareAsync(Container container, Undo undo, CancellationToken cancellationToken)
    {
        var (id, record) = (container.Id, container.Record);
        var (config, host) = (record.Config, record.Host);
        var security = SecurityOptions.Parse(host.SecurityOpt, core.Settings);
        var log = LogPlan.ForStart(container, core.Paths);
        var layers = core.Layers.Open(id);
        var identity = _accounts.Resolve(record, layers);
        MakeFolders(id);
        await WriteHostnameAsync(id, config.Hostname, cancellationToken);

        // The network is the slow part: the volumes are made ready beside it.
        undo.Add("make the network", () => core.Sandboxes.ReleaseAsync(id, CancellationToken.None));
        undo.Add("mount volumes", () => core.Volumes.UnmountAsync(id, CancellationToken.None));
        var network = CreateSandboxAsync(container, cancellationToken);
        IReadOnlyList<ContainerMount> mounts;
        try
        {
            mounts = await MountVolumesAsync(container, undo, cancellationToken);
        }
        catch
        {
            await network.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }

        var sandbox = await network;
        var external = core.Settings.RuntimeCommand(host.Runtime);
        var wantsInit = host.Init ?? core.Settings.Init;
        var spec = SpecBuilder.Build(new SpecRequest
        {
            Id = id,
            Config = config,
            Host = host,
            Security = security,
            Identity = identity,
            RootPath = core.Paths.Rootfs(id),
            Mounts = mounts,
            HostnameFile = core.Paths.Hostname(id),
            HostsFile = HostsOwner(host, id, core.Paths.Hosts),
            ResolvConfFile = HostsOwner(host, id, core.Paths.ResolvConf),
            SharedMemoryFolder = SharedMemory(container, undo),
            NetworkNamespace = sandbox.NamespacePath,
            IpcPid = JoinedPid(host.IpcMode, "IPC"),
            PidNamespacePid = JoinedPid(host.PidMode, "PID"),
            LinkVariables = LinkVariables.Of(record, core.Registry, core.Sandboxes),
            Settings = core.Settings,
            Hostname = Hostname(config.Hostname, host.NetworkMode),
            InitProgram = wantsInit ? core.Settings.InitPath ?? core.Settings.RuntimePath : null,
        });
        WriteSpec(id, spec);
        return new LaunchStart
        {
            Id = id,
            Bundle = core.Paths.Exec(id),
            RuntimeRoot = core.Paths.RuntimeRoot,
            MonitorDirectory = core.Paths.Exec(id),
            Rootfs = layers,
            OpenStdin = config.OpenStdin,
            StdinOnce = config.StdinOnce,
            Log = log,
            ExternalRuntime = external,
        };
    }

    private void MakeFolders(string id)
    {
        var folder = core.Paths.Exec(id);
        Directory.CreateDirectory(core.Paths.Rootfs(id));
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Delete(core.Paths.ExitFile(id));
        File.Delete(core.Paths.MonitorSocket(id));
    }

    private async Task WriteHostnameAsync(string id, string hostname, CancellationToken cancellationToken) =>
        await File.WriteAllTextAsync(core.Paths.Hostname(id), hostname + "\n", new UTF8Encoding(false), cancellationToken);

    /// <summary>Neither a container in the host's network nor one in another container's has a name of its own choice.</summary>
    private string Hostname(string own, string networkMode) =>
        own.Length > 0 ? own
        : networkMode.StartsWith("container:", StringComparison.Ordinal) ? core.Registry.Find(networkMode["container:".Length..]).Record.Config.Hostname
        : Environment.MachineName;

    /// <summary>Who shares a network shares the files that describe it.</summary>
    private string HostsOwner(EngineApi.Containers.HostConfig host, string id, Func<string, string> path) =>
        path(host.NetworkMode.StartsWith("container:", StringComparison.Ordinal) ? core.Registry.Find(host.NetworkMode["container:".Length..]).Id : id);

    private async Task<Sandbox> CreateSandboxAsync(Container container, CancellationToken cancellationToken)
    {
        var record = container.Record;
        var (config, host) = (record.Config, record.Host);
        if (host.NetworkMode.StartsWith("container:", StringComparison.Ordinal))
        {
            Donor(host.NetworkMode["container:".Length..], NamespaceDonor.JoiningNetwork);
        }

        return await core.Sandboxes.CreateSandboxAsync(new SandboxRequest
        {
            ContainerId = record.Id,
            ContainerName = container.Name,
            Hostname = Hostname(config.Hostname, host.NetworkMode),
            Domainname = config.Domainname,
            NetworkMode = config.NetworkDisabled ? "none" : host.NetworkMode,
            Endpoints = record.Endpoints,
            // What is not exposed is not published, as the reference engine has it; its clients always say both.
            PortBindings = (host.PortBindings ?? []).Where(entry => entry.Value is { Count: > 0 } && record.Config.ExposedPorts?.ContainsKey(entry.Key) == true).ToDictionary(entry => entry.Key, entry => entry.Value!),
            ExposedPorts = [.. (config.ExposedPorts ?? []).Keys],
            PublishAllPorts = host.PublishAllPorts,
            ExtraHosts = host.ExtraHosts ?? [],
            Dns = host.Dns ?? [],
            DnsSearch = host.DnsSearch ?? [],
            DnsOptions = host.DnsOptions ?? [],
            Links = Links(record),
            HostsPath = core.Paths.Hosts(record.Id),
            ResolvConfPath = core.Paths.ResolvConf(record.Id),
        }, cancellationToken).ConfigureAwait(false);
    }

    private List<SandboxLink> Links(ContainerRecord record)
    {
        var links = new List<SandboxLink>();
        foreach (var link in record.Links)
        {
            var child = core.Registry.FindById(link.ContainerId);
            if (child is not { Status.IsRunning: true })
            {
                throw CortenException.Conflict($"Cannot link to a non running container: /{child?.Name ?? link.ContainerId} AS /{core.Registry.Find(record.Id).Name}/{link.Alias}");
            }

            links.Add(new SandboxLink(child.Id, child.Name, link.Alias, [.. (child.Record.Config.ExposedPorts ?? []).Keys]));
        }

        return links;
    }

    private async Task<IReadOnlyList<ContainerMount>> MountVolumesAsync(Container container, Undo undo, CancellationToken cancellationToken)
    {
        var mounted = new List<ContainerMount>();
        var images = 0;
        foreach (var mount in container.Record.Mounts)
        {
            switch (mount.Type)
            {
                case "volume":
                    var source = await core.Volumes.MountAsync(new VolumeMount
                    {
                        Volume = mount.Name!,
                        ContainerId = container.Id,
                        Destination = mount.Destination,
                        ReadOnly = !mount.Writable,
                        Propagation = mount.Propagation,
                        Subpath = mount.Subpath,
                    }, cancellationToken).ConfigureAwait(false);
                    mounted.Add(mount with { Source = source });
                    break;
                case "image":
                    var place = core.Paths.ImageMount(container.Id, images++);
                    HostPlaces.MountImage(core.Layers.OpenImage(mount.ImageChain!), place, undo);
                    mounted.Add(mount with { Source = HostPlaces.Inside(place, mount.Subpath) });
                    break;
                case "bind":
                    HostPlaces.EnsureSource(mount);
                    mounted.Add(mount);
                    break;
                default:
                    mounted.Add(mount);
                    break;
            }
        }

        return mounted;
    }

    /// <summary>The folder on the host that is /dev/shm, when it is not the container's alone.</summary>
    private string? SharedMemory(Container container, Undo undo)
    {
        var host = container.Record.Host;
        switch (host.IpcMode)
        {
            case "host":
                return "/dev/shm";
            case "shareable":
                var place = core.Paths.SharedMemory(container.Id);
                HostPlaces.MountSharedMemory(place, host.ShmSize, undo);
                return place;
            case var mode when mode.StartsWith("container:", StringComparison.Ordinal):
                var donor = Donor(mode["container:".Length..], "");
                if (donor.Record.Host.IpcMode is not ("shareable" or "host"))
                {
                    throw CortenException.Invalid($"failed to join IPC namespace: container {donor.Id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
                }

                return donor.Record.Host.IpcMode == "host" ? "/dev/shm" : core.Paths.SharedMemory(donor.Id);
            default:
                return null;
        }
    }

    private int? JoinedPid(string mode, string kind) =>
        mode.StartsWith("container:", StringComparison.Ordinal) && mode.Length > "container:".Length ? Donor(mode["container:".Length..], $"joining {kind} namespace: ").Status.Pid : null;

    private Container Donor(string idOrName, string doing) => NamespaceDonor.Find(core.Registry, idOrName, doing);

    private void WriteSpec(string id, RuntimeSpec spec)
    {
        using var file = new FileStream(core.Paths.Spec(id), new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            BufferSize = 0,
        });
        file.Write(JsonSerializer.SerializeToUtf8Bytes(spec, RuntimeJson.Plain.RuntimeSpec));
    }
}
