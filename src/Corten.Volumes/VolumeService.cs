using Corten.EngineApi.Events;
using Corten.EngineApi.Filters;
using Corten.EngineApi.Volumes;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Corten.Storage.Metadata;
using Corten.Volumes.Content;
using Corten.Volumes.Drivers;
using Corten.Volumes.Metadata;
using Corten.Volumes.Plugins;

namespace Corten.Volumes;

/// <summary>
/// The volumes of this engine: folders of the machine, or whatever a plugin makes of them. What containers do with them is in <see cref="Containers"/>.
/// </summary>
public sealed class VolumeService : IDisposable
{
    /// <summary>Marks a volume that nobody named: only those are pruned unless all are asked for.</summary>
    public const string AnonymousLabel = "com.docker.volume.anonymous";

    private readonly VolumeRegistry _registry;
    private readonly PluginCatalog _plugins;
    private int _pruning;

    public VolumeService(Database database, VolumeSettings settings, EventLog events)
    {
        database.Apply(VolumeTable.Schema);
        _plugins = new PluginCatalog(settings.PluginFolders);
        _registry = new VolumeRegistry(new VolumeTable(database), new LocalDriver(settings.Root), _plugins, events);
        Containers = new ContainerVolumes(_registry, settings.PartsRoot);
        Content = new VolumeContent(_registry);
    }

    /// <summary>The volumes of containers: references, mounts, and what a new volume is filled with.</summary>
    public ContainerVolumes Containers { get; }

    /// <summary>What is in the volumes: archives of it, copies of it.</summary>
    public VolumeContent Content { get; }

    /// <summary>
    /// Once, before anything else: finishes removals that a killed daemon left half done, finds folders again whose record is lost, and gives up
    /// the mounts of containers that ended meanwhile.
    /// </summary>
    public async Task RestoreAsync(IReadOnlySet<string> liveContainers, CancellationToken cancellationToken)
    {
        foreach (var name in _registry.Local.Sweep(removed => _registry.Table.Remove(removed)))
        {
            if (_registry.Table.Find(name) is null)
            {
                _registry.Table.TryAdd(new VolumeRecord { Name = name, Driver = LocalDriver.DriverName, Created = DateTime.UtcNow });
            }
        }

        foreach (var container in _registry.Table.MountedContainers().Where(c => !liveContainers.Contains(c)))
        {
            await Containers.UnmountAsync(container, cancellationToken);
        }
    }

    /// <summary>Makes a volume; one of that name and driver is found as it is.</summary>
    /// <exception cref="CortenException">A bad name or option, an unknown driver, or the name belongs to another driver's volume.</exception>
    public async Task<Volume> CreateAsync(CreateOptions request, CancellationToken cancellationToken)
    {
        request = Named(request, out var name);
        using var turn = await _registry.Locks.AcquireAsync(name, cancellationToken);
        var record = await CreateAsync(request, name, cancellationToken);
        return await _registry.DescribeAsync(record, cancellationToken);
    }

    /// <exception cref="CortenException">There is no such volume.</exception>
    public async Task<Volume> InspectAsync(string name, CancellationToken cancellationToken)
    {
        var record = await _registry.FindAsync(name, cancellationToken) ?? throw VolumeErrors.NoSuchVolume("get", name);
        return await _registry.DescribeAsync(record, cancellationToken);
    }

    /// <param name="filters"><c>dangling</c>, <c>driver</c>, <c>label</c>, <c>name</c>.</param>
    public async Task<VolumeList> ListAsync(FilterSet filters, CancellationToken cancellationToken)
    {
        var dangling = filters.Bool("dangling");
        var references = dangling is null ? null : _registry.Table.ReferenceCounts();
        var warnings = new List<string>();
        var volumes = new List<Volume>();
        foreach (var record in await AllAsync(warnings, cancellationToken))
        {
            if (filters.Exact("driver", record.Driver) && filters.Match("name", record.Name) && filters.Labels("label", record.Labels)
                && (references is null || references.ContainsKey(record.Name) != dangling)
                && await TryDescribeAsync(record, warnings, cancellationToken) is { } volume)
            {
                volumes.Add(volume);
            }
        }

        return new VolumeList { Volumes = volumes, Warnings = warnings.Count == 0 ? null : warnings };
    }

    /// <summary>The local volumes with how many containers refer to each and how much they hold (<c>/system/df</c>).</summary>
    public async Task<IReadOnlyList<Volume>> UsageAsync(CancellationToken cancellationToken)
    {
        var references = _registry.Table.ReferenceCounts();
        var volumes = new List<Volume>();
        foreach (var record in _registry.Table.All().Where(r => r.Driver == LocalDriver.DriverName))
        {
            // What is to be mounted there first, and is not, can't be looked at.
            var size = LocalOptions.Parse(record.Options) is null || _registry.Table.IsMounted(record.Name)
                ? await Task.Run(() => TreeUsage.Of(_registry.Local.DataPath(record.Name)).Size, cancellationToken)
                : -1;
            var usage = new VolumeUsage { RefCount = references.GetValueOrDefault(record.Name), Size = size };
            volumes.Add(await _registry.DescribeAsync(record, cancellationToken, usage));
        }

        return volumes;
    }

    /// <summary>Removes a volume and what is in it.</summary>
    /// <param name="force">A volume that does not exist, or whose driver is gone, counts as removed.</param>
    /// <exception cref="CortenException">There is no such volume, or a container refers to it.</exception>
    public async Task RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        using var turn = await _registry.Locks.AcquireAsync(name, cancellationToken);
        if (await _registry.FindAsync(name, cancellationToken) is { } record)
        {
            await RemoveAsync(record, force, cancellationToken);
        }
        else if (!force)
        {
            throw VolumeErrors.NoSuchVolume("get", name);
        }
    }

    /// <summary>Removes local volumes that no container refers to: those without a name, or all of them.</summary>
    /// <param name="filters"><c>all</c>, <c>label</c>, <c>label!</c>.</param>
    /// <param name="allByDefault">What clients before API 1.42 expect.</param>
    /// <exception cref="CortenException">Another prune is running.</exception>
    public async Task<VolumesPruneReport> PruneAsync(FilterSet filters, bool allByDefault, CancellationToken cancellationToken)
    {
        var all = PruneFilters.All(filters) ?? allByDefault;
        if (Interlocked.Exchange(ref _pruning, 1) == 1)
        {
            throw CortenException.Conflict("a prune operation is already running");
        }

        try
        {
            List<string> removed = [];
            long reclaimed = 0;
            foreach (var record in _registry.Table.All().Where(r => r.Driver == LocalDriver.DriverName))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if ((all || record.IsAnonymous) && filters.PruneLabels(record.Labels)
                    && await TryPruneAsync(record, cancellationToken) is { } size)
                {
                    removed.Add(record.Name);
                    reclaimed += size;
                }
            }

            _registry.PublishPrune(reclaimed);
            return new VolumesPruneReport { VolumesDeleted = removed, SpaceReclaimed = reclaimed };
        }
        finally
        {
            Volatile.Write(ref _pruning, 0);
        }
    }

    /// <summary>The names of the drivers in use or found, for <c>/info</c>.</summary>
    public async Task<IReadOnlyList<string>> DriverNamesAsync(CancellationToken cancellationToken) =>
        [LocalDriver.DriverName, .. (await _plugins.AllAsync(cancellationToken)).Select(p => p.Name).Order(StringComparer.Ordinal)];

    public void Dispose() => _plugins.Dispose();

    internal static CreateOptions Named(CreateOptions request, out string name)
    {
        if (!string.IsNullOrEmpty(request.Name))
        {
            name = request.Name;
            return request;
        }

        name = VolumeName.Generate();
        return request with { Labels = new Dictionary<string, string>(request.Labels ?? []) { [AnonymousLabel] = "" } };
    }

    private async Task<VolumeRecord> CreateAsync(CreateOptions request, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await _registry.CreateAsync(request, name, cancellationToken);
        }
        catch (CortenException e) when (!e.Message.StartsWith("create ", StringComparison.Ordinal))
        {
            throw VolumeErrors.During("create", name, e);
        }
    }

    /// <summary>The caller holds the volume's lock, so that nobody begins to refer to it between the check and the removal.</summary>
    private async Task RemoveAsync(VolumeRecord record, bool force, CancellationToken cancellationToken)
    {
        if (_registry.Table.Users(record.Name) is { Count: > 0 } users)
        {
            throw VolumeErrors.InUse(record.Name, users);
        }

        try
        {
            var driver = await _registry.DriverAsync(record.Driver, cancellationToken);
            await driver.RemoveAsync(record.Name, cancellationToken);
        }
        catch (CortenException e) when (force && e.Kind == ErrorKind.NotFound)
        {
            // The plugin that had the volume is gone. Forgetting the volume is what force is for.
        }
        catch (CortenException e)
        {
            throw VolumeErrors.During("remove", record.Name, e);
        }

        _registry.Table.Remove(record.Name);
        _registry.Publish("destroy", record);
    }

    /// <returns>The bytes that it held; null if it is in use.</returns>
    private async Task<long?> TryPruneAsync(VolumeRecord record, CancellationToken cancellationToken)
    {
        using var turn = await _registry.Locks.AcquireAsync(record.Name, cancellationToken);
        if (_registry.Table.Users(record.Name).Count > 0)
        {
            return null;
        }

        var size = await Task.Run(() => TreeUsage.Of(_registry.Local.DataPath(record.Name)).Size, cancellationToken);
        await RemoveAsync(record, force: false, cancellationToken);
        return size;
    }

    /// <summary>The volumes of the database, and those that plugins have besides. A plugin that does not answer becomes a warning.</summary>
    private async Task<IEnumerable<VolumeRecord>> AllAsync(List<string> warnings, CancellationToken cancellationToken)
    {
        var all = _registry.Table.All().ToDictionary(r => r.Name);
        foreach (var plugin in await _plugins.AllAsync(cancellationToken))
        {
            try
            {
                foreach (var found in await plugin.ListAsync(cancellationToken))
                {
                    all.TryAdd(found.Name, new VolumeRecord { Name = found.Name, Driver = plugin.Name, Created = DateTime.UnixEpoch });
                }
            }
            catch (CortenException e)
            {
                warnings.Add(e.Message);
            }
        }

        return all.Values.OrderBy(r => r.Name, StringComparer.Ordinal);
    }

    private async Task<Volume?> TryDescribeAsync(VolumeRecord record, List<string> warnings, CancellationToken cancellationToken)
    {
        try
        {
            return await _registry.DescribeAsync(record, cancellationToken);
        }
        catch (CortenException e)
        {
            warnings.Add(e.Message);
            return null;
        }
    }
}
