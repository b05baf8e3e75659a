using System.Text;
using Corten.EngineApi.Volumes;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Oci.Errors;
using Corten.Volumes.Content;
using Corten.Volumes.Metadata;
using Microsoft.Win32.SafeHandles;

namespace Corten.Volumes;

/// <summary>
/// The volumes of containers. At its creation a container refers to its volumes (<see cref="AcquireAsync"/>), from then on they can't be removed;
/// at each start they are mounted, after each end unmounted; at its removal the references go. All of it is on record and outlives the daemon.
/// </summary>
public sealed class ContainerVolumes
{
    private readonly VolumeRegistry _registry;
    private readonly string _partsRoot;

    internal ContainerVolumes(VolumeRegistry registry, string partsRoot) => (_registry, _partsRoot) = (registry, partsRoot);

    /// <summary>Finds or makes a volume and makes a container refer to it.</summary>
    /// <param name="request">Without a name, an anonymous volume is made.</param>
    /// <param name="containerId">Who refers to it.</param>
    /// <exception cref="CortenException">As <see cref="VolumeService.CreateAsync(CreateOptions, CancellationToken)"/>.</exception>
    public async Task<Volume> AcquireAsync(CreateOptions request, string containerId, CancellationToken cancellationToken)
    {
        request = VolumeService.Named(request, out var name);
        using var turn = await _registry.Locks.AcquireAsync(name, cancellationToken);
        VolumeRecord record;
        try
        {
            record = await _registry.CreateAsync(request, name, cancellationToken);
        }
        catch (CortenException e) when (!e.Message.StartsWith("create ", StringComparison.Ordinal))
        {
            throw VolumeErrors.During("create", name, e);
        }

        _registry.Table.AddReference(name, containerId);
        return await _registry.DescribeAsync(record, cancellationToken);
    }

    /// <summary>A removed container no longer refers to its volumes.</summary>
    /// <param name="removeAnonymous">The volumes that nobody named and that no other container refers to go as well (<c>rm -v</c>).</param>
    public async Task ReleaseAsync(string containerId, bool removeAnonymous, CancellationToken cancellationToken)
    {
        await UnmountAsync(containerId, cancellationToken);
        foreach (var name in _registry.Table.RemoveReferences(containerId).Where(_ => removeAnonymous))
        {
            using var turn = await _registry.Locks.AcquireAsync(name, cancellationToken);
            if (_registry.Table.Find(name) is { IsAnonymous: true } record && _registry.Table.Users(name).Count == 0)
            {
                var driver = await _registry.DriverAsync(record.Driver, cancellationToken);
                await driver.RemoveAsync(name, cancellationToken);
                _registry.Table.Remove(name);
                _registry.Publish("destroy", record);
            }
        }
    }

    /// <summary>Fills a volume that is empty with what an image has at the place it is mounted to, owner, mode and attributes of the folder included.</summary>
    /// <param name="volume">Its name.</param>
    /// <param name="containerId">Who uses it.</param>
    /// <param name="root">The container's root file system.</param>
    /// <param name="path">Where in it the volume will be mounted. If there is no such folder, nothing happens.</param>
    public async Task FillAsync(string volume, string containerId, SafeFileHandle root, string path, CancellationToken cancellationToken)
    {
        using var source = FileAt.TryOpenResolved(
            root, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly | OpenFlags.Directory, 0, Resolve.InRoot | Resolve.NoMagicLinks, out _);
        if (source is null)
        {
            return;
        }

        using var turn = await _registry.Locks.AcquireAsync(volume, cancellationToken);
        var record = Find(volume, "mount");
        var driver = await _registry.DriverAsync(record.Driver, cancellationToken);
        var user = "fill-" + containerId;
        var folder = await driver.MountAsync(volume, record.Options, user, cancellationToken);
        try
        {
            using var target = FileAt.Open(folder, OpenFlags.ReadOnly | OpenFlags.Directory);
            if (DirectoryEntries.Read(target).Count == 0)
            {
                await Task.Run(() => new TreeCopy(cancellationToken).Copy(source, target), cancellationToken);
            }
        }
        finally
        {
            await driver.UnmountAsync(volume, user, !_registry.Table.IsMounted(volume), CancellationToken.None);
        }
    }

    /// <summary>Makes a volume usable for a container that is about to start.</summary>
    /// <returns>The folder to bind into the container.</returns>
    /// <exception cref="CortenException">There is no such volume, its driver fails, or the part of it that is asked for does not exist.</exception>
    public async Task<string> MountAsync(VolumeMount mount, CancellationToken cancellationToken)
    {
        using var turn = await _registry.Locks.AcquireAsync(mount.Volume, cancellationToken);
        var record = Find(mount.Volume, "get");
        var driver = await _registry.DriverAsync(record.Driver, cancellationToken);
        var folder = await driver.MountAsync(mount.Volume, record.Options, mount.ContainerId, cancellationToken);
        var place = mount.Subpath is { Length: > 0 } subpath ? MountPart(folder, subpath, mount) : "";
        _registry.Table.AddMount(mount.Volume, mount.ContainerId, place);
        _registry.Publish("mount", record,
            new("container", mount.ContainerId),
            new("destination", mount.Destination),
            new("propagation", mount.Propagation),
            new("read/write", mount.ReadOnly ? "false" : "true"));
        return place.Length > 0 ? place : folder;
    }

    /// <summary>Gives back every mount of a container that has ended. Without effect for one that has none.</summary>
    public async Task UnmountAsync(string containerId, CancellationToken cancellationToken)
    {
        var mounts = _registry.Table.Mounts(containerId);
        if (mounts.Count == 0)
        {
            return;
        }

        foreach (var place in mounts.Select(m => m.Place).Where(p => p.Length > 0))
        {
            RemovePart(place);
        }

        _registry.Table.RemoveMounts(containerId);
        foreach (var volume in mounts.Select(m => m.Volume).Distinct())
        {
            using var turn = await _registry.Locks.AcquireAsync(volume, cancellationToken);
            if (_registry.Table.Find(volume) is { } record)
            {
                var driver = await _registry.DriverAsync(record.Driver, cancellationToken);
                await driver.UnmountAsync(volume, containerId, !_registry.Table.IsMounted(volume), cancellationToken);
                _registry.Publish("unmount", record, new KeyValuePair<string, string>("container", containerId));
            }
        }
    }

    private VolumeRecord Find(string volume, string operation) =>
        _registry.Table.Find(volume) ?? throw VolumeErrors.NoSuchVolume(operation, volume);

    /// <summary>
    /// Mounts a part of a volume on a folder of our own: found by openat2(2) and bound by descriptor, so that another container that has the
    /// volume can't put a link in its way in between.
    /// </summary>
    private string MountPart(string folder, string subpath, VolumeMount mount)
    {
        using var root = PathDescriptor.OpenDirectory(folder);
        using var part = FileAt.TryOpenResolved(
            root, Encoding.UTF8.GetBytes(subpath), OpenFlags.Path, 0, Resolve.Beneath | Resolve.NoMagicLinks, out var errno)
            ?? throw CortenException.Invalid(errno == Errno.EXDEV
                ? $"path concatenation escapes the base directory, base: {folder}, subpath: {subpath}"
                : $"cannot access path {Path.Combine(folder, subpath)}: lstat {Path.Combine(folder, subpath)}: {LinuxException.Describe(errno)}");
        var place = Path.Combine(_partsRoot, mount.ContainerId, VolumeName.Generate()[..12]);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        if (FileAt.Status(part).IsDirectory)
        {
            Directory.CreateDirectory(place);
        }
        else
        {
            File.Create(place).Dispose();
        }

        HostMounts.Bind(part, place);
        return place;
    }

    private static void RemovePart(string place)
    {
        HostMounts.Unmount(place, detach: true);
        if (Directory.Exists(place))
        {
            Directory.Delete(place);
        }
        else if (File.Exists(place))
        {
            File.Delete(place);
        }

        var folder = Path.GetDirectoryName(place)!;
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }
}

/// <summary>How a container uses a volume.</summary>
public sealed record VolumeMount
{
    public required string Volume { get; init; }

    public required string ContainerId { get; init; }

    /// <summary>Where it is in the container.</summary>
    public required string Destination { get; init; }

    public bool ReadOnly { get; init; }

    public string Propagation { get; init; } = "";

    /// <summary>A folder or file inside the volume, to be mounted instead of the whole.</summary>
    public string? Subpath { get; init; }
}
