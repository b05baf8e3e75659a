using System.Text.Json;

namespace Corten.Volumes.Drivers;

/// <summary>Where volumes live. The operations are those of Docker's volume plugin protocol.</summary>
internal interface IVolumeDriver
{
    string Name { get; }

    /// <summary><c>local</c>, or <c>global</c> for a driver whose volumes are the same on every machine.</summary>
    string Scope { get; }

    /// <summary>Makes a volume, or finds it made.</summary>
    Task CreateAsync(string name, IReadOnlyDictionary<string, string>? options, CancellationToken cancellationToken);

    /// <summary>Removes a volume and its content; one that is gone already is fine.</summary>
    Task RemoveAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes a volume usable.</summary>
    /// <param name="name">The volume.</param>
    /// <param name="options">As it was created with.</param>
    /// <param name="user">Who mounts it; the same when it is unmounted.</param>
    /// <returns>Its folder on this machine.</returns>
    Task<string> MountAsync(string name, IReadOnlyDictionary<string, string>? options, string user, CancellationToken cancellationToken);

    /// <summary>Takes back a <see cref="MountAsync"/>.</summary>
    /// <param name="name">The volume.</param>
    /// <param name="user">As at the mount.</param>
    /// <param name="last">No other container has it mounted.</param>
    Task UnmountAsync(string name, string user, bool last, CancellationToken cancellationToken);

    /// <summary>Where the volume is, or would be, and what the driver has to tell of it; null if the driver has no such volume.</summary>
    Task<DriverVolume?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>All volumes that the driver has; the local driver's are all in the database, so it has none to add.</summary>
    Task<IReadOnlyList<DriverVolume>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>A volume as its driver sees it.</summary>
internal sealed record DriverVolume(string Name, string Mountpoint)
{
    public string? CreatedAt { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Status { get; init; }
}
