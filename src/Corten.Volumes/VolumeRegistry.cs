using System.Globalization;
using Corten.EngineApi.Events;
using Corten.EngineApi.Volumes;
using Corten.Oci.Errors;
using Corten.Storage.Content;
using Corten.Volumes.Drivers;
using Corten.Volumes.Metadata;
using Corten.Volumes.Plugins;

namespace Corten.Volumes;

/// <summary>What the operations on volumes share: the table, the drivers, one lock a volume, and the events.</summary>
internal sealed class VolumeRegistry(VolumeTable table, LocalDriver local, PluginCatalog plugins, EventLog events)
{
    public VolumeTable Table => table;

    public LocalDriver Local => local;

    public PluginCatalog Plugins => plugins;

    public KeyedLock<string> Locks { get; } = new();

    /// <summary>The driver of that name; empty stands for <c>local</c>.</summary>
    /// <exception cref="CortenException">There is no such plugin.</exception>
    public async Task<IVolumeDriver> DriverAsync(string? name, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(name) || name == LocalDriver.DriverName ? local : await plugins.GetAsync(name, cancellationToken);

    /// <summary>A volume of the database, or one that a plugin knows although it was not made here.</summary>
    public async Task<VolumeRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (table.Find(name) is { } known)
        {
            return known;
        }

        foreach (var plugin in await plugins.AllAsync(cancellationToken))
        {
            if (await plugin.FindAsync(name, cancellationToken) is not null)
            {
                return new VolumeRecord { Name = name, Driver = plugin.Name, Created = DateTime.UnixEpoch };
            }
        }

        return null;
    }

    /// <summary>Makes a volume, or finds it made. The caller holds the volume's lock.</summary>
    public async Task<VolumeRecord> CreateAsync(CreateOptions request, string name, CancellationToken cancellationToken)
    {
        var driver = await DriverAsync(request.Driver, cancellationToken);
        if (await FindAsync(name, cancellationToken) is { } existing)
        {
            return string.IsNullOrEmpty(request.Driver) || existing.Driver == driver.Name
                ? existing
                : throw VolumeErrors.OtherDriver(name, existing.Driver);
        }

        var record = new VolumeRecord
        {
            Name = name,
            Driver = driver.Name,
            Options = request.DriverOpts,
            Labels = request.Labels,
            Created = DateTime.UtcNow,
        };
        await driver.CreateAsync(name, request.DriverOpts, cancellationToken);
        table.TryAdd(record);
        Publish("create", record);
        return record;
    }

    /// <summary>A volume as clients see it.</summary>
    public async Task<Volume> DescribeAsync(VolumeRecord record, CancellationToken cancellationToken, VolumeUsage? usage = null)
    {
        var driver = await DriverAsync(record.Driver, cancellationToken);
        var found = await driver.FindAsync(record.Name, cancellationToken);
        return Describe(record, driver, found, usage);
    }

    public static Volume Describe(VolumeRecord record, IVolumeDriver driver, DriverVolume? found, VolumeUsage? usage = null) => new()
    {
        CreatedAt = record.Created != DateTime.UnixEpoch
            ? record.Created.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : found?.CreatedAt,
        Driver = record.Driver,
        Labels = Sorted(record.Labels),
        Mountpoint = found?.Mountpoint ?? "",
        Name = record.Name,
        Options = Sorted(record.Options),
        Scope = driver.Scope,
        Status = found?.Status,
        UsageData = usage,
    };

    public void Publish(string action, VolumeRecord volume, params IEnumerable<KeyValuePair<string, string>> more) =>
        events.Publish(EventType.Volume, action, volume.Name, [new("driver", volume.Driver), .. more]);

    public void PublishPrune(long reclaimed) =>
        events.Publish(EventType.Volume, "prune", "", [new("reclaimed", reclaimed.ToString(CultureInfo.InvariantCulture))]);

    private static SortedDictionary<string, string>? Sorted(Dictionary<string, string>? map) =>
        map is null ? null : new SortedDictionary<string, string>(map, StringComparer.Ordinal);
}
