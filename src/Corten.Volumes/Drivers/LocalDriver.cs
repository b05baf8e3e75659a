using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Storage.Archive;
using Microsoft.Win32.SafeHandles;

namespace Corten.Volumes.Drivers;

/// <summary>
/// Volumes as folders of this machine: <c>ROOT/NAME/_data</c>, with something mounted onto it while a container uses it if the volume has
/// options. A removal begins with a rename to <c>ROOT/.removed-RANDOM-NAME</c>: from then on the volume is gone whatever happens, and what is
/// left of it is swept at the next start.
/// </summary>
internal sealed class LocalDriver(string root) : IVolumeDriver
{
    public const string DriverName = "local";

    private const string RemovedPrefix = ".removed-";

    private const string StagedPrefix = ".staged-";

    private const int RandomLength = 8;

    private const UnixFileMode TraverseByOthers =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode ReadableByAll = TraverseByOthers | UnixFileMode.OtherRead | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    public string Name => DriverName;

    public string Scope => "local";

    /// <summary>The folder that a container sees.</summary>
    public string DataPath(string name) => Path.Combine(root, name, "_data");

    public Task CreateAsync(string name, IReadOnlyDictionary<string, string>? options, CancellationToken cancellationToken)
    {
        VolumeName.Check(name);
        LocalOptions.Parse(options);
        CreateFolder(name);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(root, name);
        if (Directory.Exists(folder))
        {
            HostMounts.Unmount(DataPath(name), detach: true);
            var removed = Path.Combine(root, RemovedPrefix + Path.GetRandomFileName()[..RandomLength] + "-" + name);
            Directory.Move(folder, removed);
            return Task.Run(() => TreeRemover.Remove(removed), CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    public async Task<string> MountAsync(
        string name, IReadOnlyDictionary<string, string>? options, string user, CancellationToken cancellationToken)
    {
        var path = DataPath(name);
        CreateFolder(name);
        if (LocalOptions.Parse(options) is { } mount && !IsMountPoint(path))
        {
            await mount.MountAsync(path, cancellationToken);
        }

        return path;
    }

    public Task UnmountAsync(string name, string user, bool last, CancellationToken cancellationToken)
    {
        if (last)
        {
            HostMounts.Unmount(DataPath(name), detach: true);
        }

        return Task.CompletedTask;
    }

    public Task<DriverVolume?> FindAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<DriverVolume?>(new DriverVolume(name, DataPath(name)));

    public Task<IReadOnlyList<DriverVolume>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DriverVolume>>([]);

    /// <summary>
    /// Makes a volume whole or not at all: <paramref name="fill"/> writes into a folder that becomes the volume when it is done. Nothing stays
    /// behind when it fails; what a killed daemon leaves is swept at the next start.
    /// </summary>
    /// <param name="name">No volume has this name yet.</param>
    public async Task CreateFilledAsync(string name, Func<SafeFileHandle, Task> fill)
    {
        VolumeName.Check(name);
        var staged = Path.Combine(root, StagedPrefix + Path.GetRandomFileName()[..RandomLength]);
        CreateFolder(staged[(root.Length + 1)..]);
        try
        {
            using (var data = FileAt.Open(Path.Combine(staged, "_data"), OpenFlags.ReadOnly | OpenFlags.Directory))
            {
                await fill(data);
                OpenFile.SyncFileSystem(data);
            }

            Directory.Move(staged, Path.Combine(root, name));
        }
        catch
        {
            TreeRemover.Remove(staged);
            throw;
        }
    }

    /// <summary>
    /// At start: finishes removals that were cut short, and tells which folders there are, so that data whose record is lost is found again.
    /// </summary>
    /// <param name="forget">Called with the name of each volume whose removal had begun.</param>
    public IReadOnlyList<string> Sweep(Action<string> forget)
    {
        Directory.CreateDirectory(root, TraverseByOthers);
        List<string> names = [];
        foreach (var folder in Directory.GetDirectories(root))
        {
            var name = Path.GetFileName(folder);
            if (name.StartsWith(RemovedPrefix, StringComparison.Ordinal))
            {
                var removed = name[(RemovedPrefix.Length + RandomLength + 1)..];
                if (!Directory.Exists(Path.Combine(root, removed)))
                {
                    forget(removed);
                }

                TreeRemover.Remove(folder);
            }
            else if (name.StartsWith(StagedPrefix, StringComparison.Ordinal))
            {
                TreeRemover.Remove(folder);
            }
            else if (!name.StartsWith('.') && Directory.Exists(Path.Combine(folder, "_data")))
            {
                names.Add(name);
            }
        }

        return names;
    }

    private void CreateFolder(string name)
    {
        Directory.CreateDirectory(Path.Combine(root, name), TraverseByOthers);
        var data = DataPath(name);
        if (!Directory.Exists(data))
        {
            Directory.CreateDirectory(data);
            File.SetUnixFileMode(data, ReadableByAll);
        }
    }

    /// <summary>Whether something is mounted on a folder: it is then reached through another mount than its parent.</summary>
    private static bool IsMountPoint(string path)
    {
        using var folder = Linux.PathDescriptor.OpenDirectory(path);
        using var parent = Linux.PathDescriptor.OpenDirectory(Path.GetDirectoryName(path)!);
        return FileAt.Status(folder).MountId != FileAt.Status(parent).MountId;
    }
}
