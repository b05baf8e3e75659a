using System.Security.Cryptography;
using Corten.Containers.Images;
using Corten.Containers.Lifecycle;
using Corten.Containers.Model;
using Corten.Containers.Mounts;
using Corten.Containers.Rootfs;
using Corten.Containers.Spec;
using Corten.Containers.Validation;
using Corten.EngineApi.Containers;
using Corten.EngineApi.Networks;
using Corten.EngineApi.Volumes;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Containers.Creation;

/// <summary>Makes a container: checks the request, fills in defaults, makes its layer and volumes, and puts it on record. Nothing runs yet.</summary>
public sealed class CreateContainer
{
    private const string MacAddressWarning =
        "The container-wide MacAddress field is now deprecated. It should be specified in EndpointsConfig instead.";

    private readonly ContainerCore _core;

    internal CreateContainer(ContainerCore core) => _core = core;

    /// <param name="request">Is changed: defaults are filled in.</param>
    /// <param name="isEmpty">It had not one member of a container's configuration.</param>
    /// <param name="name">Null to have one made up.</param>
    /// <param name="platformName">Null for the image's own.</param>
    /// <param name="cancellationToken"></param>
    public async Task<CreateContainerResponse> RunAsync(
        CreateContainerRequest request, bool isEmpty, string? name, string? platformName, CancellationToken cancellationToken)
    {
        // Most that are created are started next.
        _core.CgroupMoves.Begin();
        var warnings = new List<string>();
        var host = request.HostConfig ??= new HostConfig();
        if (isEmpty)
        {
            throw CortenException.Invalid("config cannot be empty in order to create a container");
        }

        RequestRules.Check(request, host);
        var platform = string.IsNullOrEmpty(platformName) ? null : Platform.Parse(platformName);
        ConfigRules.Check(request);
        HostRules.Check(host, _core.Settings, warnings);
        var image = platform is null ? await ImageAsync(request, platform, cancellationToken) : null;
        if (image is not null)
        {
            PlatformWarning.Add(image.Config, warnings);
        }

        NetworkRules.CheckEndpoints(request, host, request.NetworkingConfig);
        HostDefaults.Apply(host, _core.Settings);
        var endpoints = Endpoints(request, host, warnings);
        ValidateEndpoints(endpoints);
        ResolveSharedNamespaces(host);
        image ??= await ImageAsync(request, platform, cancellationToken);
        ImageDefaults.Merge(request, image.Config.Config);
        ConfigRules.CheckCommand(request);
        LogRules.Check(host.LogConfig);
        name = string.IsNullOrEmpty(name) ? null : ContainerName.Parse(name);
        var id = NewId();
        var undo = new Undo(_core.Report);
        try
        {
            name ??= NameGenerator.Next(_core.Registry.IsNameTaken);
            _core.Registry.ReserveName(name, id);
            undo.Add("reserve the name", () => _core.Registry.ReleaseName(name));
            HostRules.CheckSecurityAndStorage(host, _core.Settings);
            var asked = request.WorkingDir;
            var record = Describe(id, request, host, endpoints, image, warnings);
            await MakeVolumesAsync(record, undo, cancellationToken);
            await _core.Layers.CreateAsync(id, record.Chain, cancellationToken);
            undo.Add("make the writable layer", () => _core.Layers.Snapshots.Remove(id));
            await FillVolumesAsync(record, cancellationToken);
            MakeWorkingFolder(record, isAsked: asked.Length > 0);
            Directory.CreateDirectory(_core.Paths.Data(id), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
            undo.Add("make the data folder", () => Directory.Delete(_core.Paths.Data(id), recursive: true));
            var status = new ContainerStatus { Phase = Phase.Created };
            _core.Table.Add(name, record, status);
            var container = new Container(name, record, status);
            _core.Registry.Add(container);
            undo.Keep();
            _core.Events.Publish(container, "create");
            return new CreateContainerResponse { Id = id, Warnings = warnings };
        }
        catch
        {
            await undo.RunAsync();
            throw;
        }
    }

    private async Task<ContainerImage> ImageAsync(CreateContainerRequest request, Platform? platform, CancellationToken cancellationToken) =>
        request.Image.Length > 0 ? await _core.Images.ResolveAsync(request.Image, platform, cancellationToken) : ContainerImages.Empty;

    private ContainerRecord Describe(
        string id, CreateContainerRequest request, HostConfig host, Dictionary<string, EndpointSettings> endpoints, ContainerImage image, List<string> warnings)
    {
        if (request.Hostname.Length == 0 && host.NetworkMode != "host" && !host.NetworkMode.StartsWith("container:", StringComparison.Ordinal))
        {
            request.Hostname = id[..12];
        }
        else if (request.Hostname.Length == 0)
        {
            request.Hostname = host.NetworkMode.StartsWith("container:", StringComparison.Ordinal) && _core.Registry.TryFind(host.NetworkMode["container:".Length..]) is { } shared
                ? shared.Record.Config.Hostname
                : Environment.MachineName;
        }

        if (endpoints.GetValueOrDefault(host.NetworkMode) is { MacAddress.Length: > 0 } first)
        {
            request.MacAddress = first.MacAddress;
        }

        request.Labels ??= [];
        request.Volumes = request.Volumes is { Count: 0 } ? null : request.Volumes;
        request.WorkingDir = request.WorkingDir.Length > 0 ? MountWords.Clean(request.WorkingDir) : "";
        host.SecurityOpt = SecurityOptions.WithLabels(host);
        var mounts = MountList.Resolve(host, (request.Volumes ?? []).Keys, from => MountsOf(from));
        if (mounts.Exists(mount => mount.Type == "image"))
        {
            warnings.Add("Image mount is an experimental feature");
        }

        return new ContainerRecord
        {
            Id = id,
            Created = DateTimeOffset.UtcNow,
            Config = request,
            Host = host,
            Endpoints = endpoints,
            Mounts = mounts,
            ImageId = image.Id.ToString(),
            Chain = image.Chain,
            Links = ResolveLinks(host),
        };
    }

    /// <summary>A name in <c>container:NAME</c> becomes an id, so that renaming the other container changes nothing.</summary>
    private void ResolveSharedNamespaces(HostConfig host)
    {
        host.PidMode = WithId(host.PidMode, required: true);
        host.IpcMode = WithId(host.IpcMode, required: host.IpcMode.Length > "container:".Length);
        host.NetworkMode = WithId(host.NetworkMode, required: false);
    }

    private string WithId(string mode, bool required)
    {
        const string prefix = "container:";
        if (!mode.StartsWith(prefix, StringComparison.Ordinal))
        {
            return mode;
        }

        try
        {
            return prefix + _core.Registry.Find(mode[prefix.Length..]).Id;
        }
        catch (CortenException e) when (required)
        {
            // Not as NotFound: of a create, clients take that for a missing image, and pull one.
            throw CortenException.Invalid(e.Message);
        }
        catch (CortenException)
        {
            return mode;
        }
    }

    private List<ContainerLink> ResolveLinks(HostConfig host)
    {
        var links = new List<ContainerLink>();
        foreach (var text in host.Links ?? [])
        {
            if (text.Count(c => c == ':') > 1)
            {
                throw CortenException.Internal($"bad format for links: {text}");
            }

            var colon = text.IndexOf(':');
            var (child, alias) = colon < 0 ? (text, text) : (text[..colon], text[(colon + 1)..]);
            try
            {
                links.Add(new ContainerLink { ContainerId = _core.Registry.Find(child).Id, Alias = alias.TrimStart('/') });
            }
            catch (CortenException e)
            {
                throw CortenException.Invalid($"could not get container for {child}: {e.Message}");
            }
        }

        return links;
    }

    private static Dictionary<string, EndpointSettings> Endpoints(CreateContainerRequest request, HostConfig host, List<string> warnings)
    {
        var endpoints = new Dictionary<string, EndpointSettings>(StringComparer.Ordinal);
        foreach (var (network, endpoint) in request.NetworkingConfig?.EndpointsConfig ?? [])
        {
            endpoints[network == "default" ? "bridge" : network] = endpoint!.ConfigurationOnly();
        }

        if (host.NetworkMode.StartsWith("container:", StringComparison.Ordinal))
        {
            endpoints.Clear();
        }
        else if (!request.NetworkDisabled)
        {
            endpoints.TryAdd(host.NetworkMode, new EndpointSettings());
        }

        if (!string.IsNullOrEmpty(request.MacAddress))
        {
            warnings.Add(MacAddressWarning);
            if (endpoints.TryGetValue(host.NetworkMode, out var endpoint) && endpoint.MacAddress.Length == 0)
            {
                endpoint.MacAddress = request.MacAddress;
            }
        }

        return endpoints;
    }

    /// <summary>A network that is not there yet is no mistake: it may be by the start.</summary>
    private void ValidateEndpoints(Dictionary<string, EndpointSettings> endpoints)
    {
        foreach (var (network, settings) in endpoints)
        {
            try
            {
                _core.Sandboxes.Validate(network, settings);
            }
            catch (CortenException e) when (e.Kind == ErrorKind.InvalidArgument)
            {
                throw CortenException.Invalid($"invalid config for network {network}: {e.Message}");
            }
            catch (CortenException e) when (e.Kind == ErrorKind.NotFound)
            {
                // It has its say at the start.
            }
        }
    }

    /// <summary>
    /// The runtime makes a missing working directory, unless it finds the root read-only. One that the user asks for is made here too, so that what is no
    /// folder is refused now and not at the start.
    /// </summary>
    private void MakeWorkingFolder(ContainerRecord record, bool isAsked)
    {
        if ((record.Host.ReadonlyRootfs || isAsked) && record.Config.WorkingDir is { Length: > 1 } path)
        {
            using var root = MountedRoot.OfLayers(_core.Layers.Open(record.Id));
            using var made = new RootedFolder(root.Handle).MakeDirectory(path);
            if (FileFacts.Of(made).Kind != FileKind.Directory)
            {
                throw CortenException.Internal($"Cannot mkdir: {path} is not a directory");
            }
        }
    }

    private IReadOnlyList<ContainerMount> MountsOf(string name)
    {
        try
        {
            return _core.Registry.Find(name).Record.Mounts;
        }
        catch (CortenException e) when (e.Kind == ErrorKind.NotFound)
        {
            throw CortenException.Invalid(e.Message);
        }
    }

    private async Task MakeVolumesAsync(ContainerRecord record, Undo undo, CancellationToken cancellationToken)
    {
        undo.Add("refer to volumes", () => _core.Volumes.ReleaseAsync(record.Id, removeAnonymous: true, CancellationToken.None));
        var images = 0;
        foreach (var mount in record.Mounts)
        {
            if (mount.Type == "volume")
            {
                var volume = await _core.Volumes.AcquireAsync(
                    new CreateOptions { Name = mount.Name, Driver = mount.Driver, Labels = mount.VolumeLabels, DriverOpts = mount.VolumeOptions },
                    record.Id,
                    cancellationToken);
                (mount.Name, mount.Source, mount.Driver) = (volume.Name, volume.Mountpoint, volume.Driver);
            }
            else if (mount.Type == "image")
            {
                mount.Source = _core.Paths.ImageMount(record.Id, images++);
                if (mount.ImageId is null)
                {
                    var image = await _core.Images.ResolveAsync(mount.Name!, platform: null, cancellationToken);
                    (mount.ImageId, mount.ImageChain) = (image.Id.ToString(), image.Chain);
                }
            }
        }
    }

    /// <summary>What the image has where a volume will be goes into the volume, if that is empty.</summary>
    private async Task FillVolumesAsync(ContainerRecord record, CancellationToken cancellationToken)
    {
        var fill = record.Mounts.Where(mount => mount is { Type: "volume", NoCopy: false, Subpath: null or "" }).ToList();
        if (fill.Count == 0 || record.Chain.Length == 0)
        {
            return;
        }

        using var root = MountedRoot.OfLayers(_core.Layers.OpenImage(record.Chain));
        foreach (var mount in fill)
        {
            await _core.Volumes.FillAsync(mount.Name!, record.Id, root.Handle, mount.Destination, cancellationToken);
        }
    }

    private string NewId()
    {
        while (true)
        {
            var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

            // The first twelve digits become a host name, which must not be all digits: some programs would take it for an address.
            if (id.AsSpan(0, 12).ContainsAnyExceptInRange('0', '9') && _core.Registry.FindById(id) is null)
            {
                return id;
            }
        }
    }
}
