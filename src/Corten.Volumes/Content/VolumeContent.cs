using System.Globalization;
using Corten.EngineApi.Volumes;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Corten.Volumes.Drivers;
using Corten.Volumes.Metadata;
using Microsoft.Win32.SafeHandles;

namespace Corten.Volumes.Content;

/// <summary>
/// What Docker lacks: volumes as archives, and copies of volumes. A new volume is made whole or not at all. Copies are made while containers go
/// on using the source; each file is as it was at one moment, the volume as a whole is not.
/// </summary>
public sealed class VolumeContent
{
    /// <summary>On a snapshot: the name of the volume that it is of.</summary>
    public const string SnapshotLabel = "corten.volume.snapshot-of";

    private readonly VolumeRegistry _registry;

    internal VolumeContent(VolumeRegistry registry) => _registry = registry;

    /// <summary>Writes all that is in a volume as a tar archive, owners, times, extended attributes and links included.</summary>
    /// <param name="name">The volume.</param>
    /// <param name="target">Written synchronously.</param>
    /// <exception cref="CortenException">There is no such volume.</exception>
    public Task ExportAsync(string name, Stream target, CancellationToken cancellationToken) =>
        UseAsync(name, "export", folder =>
            TreeArchive.WriteAsync(folder, default, target, new ArchiveOptions { Nanoseconds = true }, cancellationToken), cancellationToken);

    /// <summary>Makes a volume from a tar archive, compressed or not; or fills one that is empty.</summary>
    /// <exception cref="CortenException">The archive is damaged or hostile, or the volume holds something already.</exception>
    public async Task<Volume> ImportAsync(string name, Stream archive, CancellationToken cancellationToken)
    {
        using var turn = await _registry.Locks.AcquireAsync(name, cancellationToken);
        if (await _registry.FindAsync(name, cancellationToken) is not { } existing)
        {
            return await CreateAsync(name, [], folder => TreeArchive.ExtractAsync(folder, archive, cancel: cancellationToken), cancellationToken);
        }

        await UseAsync(existing, "import", folder => FillAsync(existing.Name, folder, archive, cancellationToken), cancellationToken);
        return await _registry.DescribeAsync(existing, cancellationToken);
    }

    /// <summary>Copies a volume into a new one of this machine; blocks are shared where the file system can.</summary>
    /// <param name="source">May be of any driver, and in use.</param>
    /// <param name="name">The new volume's name; null for an anonymous one.</param>
    /// <exception cref="CortenException">There is no such source, or the name is taken.</exception>
    public async Task<Volume> CloneAsync(string source, string? name, CancellationToken cancellationToken)
    {
        var request = VolumeService.Named(new CreateOptions { Name = name }, out var target);
        return await CopyAsync(source, target, request.Labels ?? [], cancellationToken);
    }

    /// <summary>Copies a volume into a new one that says which volume it is a snapshot of.</summary>
    /// <param name="source">May be in use.</param>
    /// <param name="name">The snapshot's name; null for the source's name and the time.</param>
    /// <exception cref="CortenException">There is no such source, or the name is taken.</exception>
    public Task<Volume> SnapshotAsync(string source, string? name, CancellationToken cancellationToken)
    {
        var target = string.IsNullOrEmpty(name)
            ? source + DateTime.UtcNow.ToString("'-'yyyyMMdd'T'HHmmss'.'fff'Z'", CultureInfo.InvariantCulture)
            : name;
        return CopyAsync(source, target, new Dictionary<string, string> { [SnapshotLabel] = source }, cancellationToken);
    }

    private async Task<Volume> CopyAsync(string source, string target, Dictionary<string, string> labels, CancellationToken cancellationToken)
    {
        using var turn = await _registry.Locks.AcquireAsync(target, cancellationToken);
        if (await _registry.FindAsync(target, cancellationToken) is not null)
        {
            throw CortenException.Conflict($"clone {source}: a volume named {target} exists already");
        }

        Volume? made = null;
        await UseAsync(source, "clone", async from => made = await CreateAsync(
            target, labels, to => Task.Run(() => new TreeCopy(cancellationToken).Copy(from, to), cancellationToken), cancellationToken), cancellationToken);
        return made!;
    }

    private async Task<Volume> CreateAsync(
        string name, Dictionary<string, string> labels, Func<SafeFileHandle, Task> fill, CancellationToken cancellationToken)
    {
        try
        {
            await _registry.Local.CreateFilledAsync(name, fill);
        }
        catch (CortenException e) when (e.Kind == ErrorKind.InvalidArgument)
        {
            throw VolumeErrors.During("create", name, e);
        }

        var record = new VolumeRecord
        {
            Name = name,
            Driver = LocalDriver.DriverName,
            Labels = labels.Count == 0 ? null : labels,
            Created = DateTime.UtcNow,
        };
        _registry.Table.TryAdd(record);
        _registry.Publish("create", record);
        return await _registry.DescribeAsync(record, cancellationToken);
    }

    /// <summary>Unpacks into a volume that exists; when it fails, the volume is as empty as it was.</summary>
    private static async Task FillAsync(string name, SafeFileHandle folder, Stream archive, CancellationToken cancellationToken)
    {
        if (DirectoryEntries.Read(folder).Count > 0)
        {
            throw CortenException.Conflict($"import {name}: the volume is not empty: import into a new one");
        }

        try
        {
            await TreeArchive.ExtractAsync(folder, archive, cancel: cancellationToken);
            OpenFile.SyncFileSystem(folder);
        }
        catch
        {
            OpenFile.Seek(folder, 0);
            foreach (var (entry, _) in DirectoryEntries.Read(folder))
            {
                TreeRemover.Remove(folder, entry);
            }

            throw;
        }
    }

    private async Task UseAsync(string name, string operation, Func<SafeFileHandle, Task> use, CancellationToken cancellationToken)
    {
        var record = await _registry.FindAsync(name, cancellationToken) ?? throw VolumeErrors.NoSuchVolume(operation, name);
        await UseAsync(record, operation, use, cancellationToken);
    }

    /// <summary>Mounts a volume for as long as <paramref name="use"/> takes.</summary>
    private async Task UseAsync(VolumeRecord record, string operation, Func<SafeFileHandle, Task> use, CancellationToken cancellationToken)
    {
        var driver = await _registry.DriverAsync(record.Driver, cancellationToken);
        var user = $"{operation}-{VolumeName.Generate()[..12]}";
        var path = await driver.MountAsync(record.Name, record.Options, user, cancellationToken);
        try
        {
            using var folder = FileAt.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
            await use(folder);
        }
        finally
        {
            await driver.UnmountAsync(record.Name, user, last: !_registry.Table.IsMounted(record.Name), CancellationToken.None);
        }
    }
}
