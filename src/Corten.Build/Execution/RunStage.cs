using System.Text;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Containers.Mounts;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Mounts;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Corten.Supervision.Launcher;

namespace Corten.Build.Execution;

/// <summary>
/// What surrounds one RUN: its folder under the exec root (memory), the files of its /etc, its mounts. The places that mounts need in the image
/// are made in a layer of their own below the step's, so that they never become part of the result.
/// </summary>
internal sealed class RunStage(string id, string folder, string scratch, TreeViews views, CacheMounts caches, BuildRoot root) : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly List<IDisposable> _held = [];
    private readonly List<IAsyncDisposable> _served = [];
    private readonly List<string> _mounted = [];
    private int _count;
    private int _agents;

    public string Folder => folder;

    public string HostsFile => Path.Combine(folder, "hosts");

    public string ResolvConfFile => Path.Combine(folder, "resolv.conf");

    public string HostnameFile => Path.Combine(folder, "hostname");

    public List<ContainerMount> Mounts { get; } = [];

    /// <summary>Secrets that go to variables, and the agent's socket.</summary>
    public List<string> SecretEnvironment { get; } = [];

    public async Task PrepareAsync(RunStep step, IReadOnlyDictionary<Step, Tree> inputs, IBuildSecrets secrets, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder, OwnerOnly);
        Directory.CreateDirectory(Path.Combine(folder, "rootfs"));
        await File.WriteAllTextAsync(HostnameFile, step.Hostname + "\n", cancellation);
        foreach (var (mount, source) in step.Mounts)
        {
            switch (mount.Type)
            {
                case RunMountType.Bind:
                    Bind(mount, inputs[source!]);
                    break;
                case RunMountType.Cache:
                    await CacheAsync(mount, source is null ? null : inputs[source], cancellation);
                    break;
                case RunMountType.Tmpfs:
                    Mounts.Add(new ContainerMount
                    {
                        Type = "tmpfs", Destination = mount.Target, TmpfsOptions = ["nosuid", "nodev", .. mount.Size > 0 ? new[] { $"size={mount.Size}" } : []],
                    });
                    break;
                case RunMountType.Secret:
                    await SecretAsync(mount, secrets, cancellation);
                    break;
                default:
                    await AgentAsync(mount, secrets, cancellation);
                    break;
            }
        }
    }

    /// <summary>The root file system: the parent's tree, the places for mounts, and the step's layer on top.</summary>
    public OverlayRootfs Overlay(Tree parent, StepFolders layer)
    {
        var (places, work) = (Path.Combine(scratch, "places"), Path.Combine(scratch, "places.work"));
        Directory.CreateDirectory(places);
        Directory.CreateDirectory(work, OwnerOnly);
        using (var mount = views.Write(parent, new StepFolders(places, work)))
        {
            MountPlaces.Make(mount.Root, Mounts.Select(m => (m.Destination, IsFile: m.Type == "bind" && File.Exists(m.Source))));
        }

        var overlay = views.Overlay(parent, layer);
        return overlay with { Lower = [places, .. overlay.Lower] };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var served in _served)
        {
            await served.DisposeAsync();
        }

        foreach (var path in Enumerable.Reverse(_mounted))
        {
            HostMounts.Unmount(path, detach: true);
        }

        _held.ForEach(h => h.Dispose());
        if (Directory.Exists(folder))
        {
            TreeRemover.Remove(folder);
        }

        root.Discard(scratch);
    }

    private void Bind(RunMount mount, Tree tree)
    {
        // Writes to a bind are allowed where asked for and thrown away: they go to an upper folder that nobody keeps.
        var overlay = views.Overlay(tree, mount.ReadOnly ? null : new StepFolders(NewFolder("rw"), NewFolder("rw.work")));
        var whole = Path.Combine(folder, $"v{_count++}");
        Directory.CreateDirectory(whole);
        // One folder alone is no overlay for the kernel: an empty one below makes it one.
        OverlayMount.Mount(whole, overlay.Upper is null ? [.. overlay.Lower, root.Empty] : overlay.Lower, overlay.Upper, overlay.Work);
        _mounted.Add(whole);
        using var view = FileAt.Open(whole, OpenFlags.ReadOnly | OpenFlags.Directory);
        using var source = Selection.Open(view, Encoding.UTF8.GetBytes(mount.Source.TrimStart('/')))
            ?? throw CortenException.NotFound($"failed to compute cache key: failed to calculate checksum of ref: \"{mount.Source}\": not found");
        var place = Path.Combine(folder, $"m{_count++}");
        if (FileAt.Status(source).IsDirectory)
        {
            Directory.CreateDirectory(place);
        }
        else
        {
            File.WriteAllBytes(place, []);
        }

        // The part that is wanted, found inside the tree by descriptors, attached where the launcher can name it.
        using (var clone = MountTree.Clone(source, recursive: false))
        using (var target = FileAt.Open(place, OpenFlags.Path))
        {
            clone.Attach(target);
        }

        _mounted.Add(place);
        Mounts.Add(new ContainerMount { Type = "bind", Source = place, Destination = mount.Target, Writable = !mount.ReadOnly });
    }

    private async Task CacheAsync(RunMount mount, Tree? first, CancellationToken cancellation)
    {
        var lease = await caches.TakeAsync(mount, first is null ? null : path => Fill(path, first, mount.Source), cancellation);
        _held.Add(lease);
        var source = first is null && mount.Source.Length > 1 ? Path.Combine(lease.Path, mount.Source.TrimStart('/')) : lease.Path;
        Directory.CreateDirectory(source);
        Mounts.Add(new ContainerMount { Type = "bind", Source = source, Destination = mount.Target, Writable = !mount.ReadOnly });
    }

    private void Fill(string path, Tree tree, string source)
    {
        using var view = views.Read(tree);
        using var target = FileAt.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
        var copier = new FileCopier(view.Root, target, new CopyOptions(null, null, null));
        foreach (var selected in Selection.Of(view.Root, new CopySource(new ScratchStep { Name = "", Platform = Oci.Image.Platform.Host }, source) { Wildcards = false }, Dockerfile.Ignore.IgnorePatterns.None))
        {
            copier.Copy(selected, "/", CancellationToken.None);
            // A cache that begins as a copy has the mode and owner of what it copies, not those of its mount.
            var first = selected.Entries[0].Status;
            OpenFile.ChangeOwner(target, first.Uid, first.Gid);
            OpenFile.ChangeMode(target, first.Permissions);
        }
    }

    private async Task SecretAsync(RunMount mount, IBuildSecrets secrets, CancellationToken cancellation)
    {
        if (await secrets.FindAsync(mount.Id, cancellation) is not { } value)
        {
            if (mount.Required)
            {
                throw CortenException.NotFound($"secret {mount.Id}: not found");
            }

            return;
        }

        if (mount.Env is not null)
        {
            SecretEnvironment.Add($"{(mount.Env.Length > 0 ? mount.Env : mount.Id)}={Encoding.UTF8.GetString(value)}");
        }

        if (mount.Target.Length > 0)
        {
            var path = Path.Combine(folder, $"m{_count++}");
            using (var file = FileAt.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, 0x180)) // 0600
            {
                OpenFile.Write(file, value);
                OpenFile.ChangeOwner(file, mount.Uid ?? 0, mount.Gid ?? 0);
                OpenFile.ChangeMode(file, mount.Mode ?? 0x100); // 0400
            }

            Mounts.Add(new ContainerMount { Type = "bind", Source = path, Destination = mount.Target, Writable = false });
        }
    }

    private async Task AgentAsync(RunMount mount, IBuildSecrets secrets, CancellationToken cancellation)
    {
        var target = mount.Target.Length > 1 ? mount.Target : $"/run/buildkit/ssh_agent.{_agents++}";
        var socket = Path.Combine(folder, $"a{_count++}");
        SecretEnvironment.Add($"SSH_AUTH_SOCK={target}");
        if (await secrets.ServeAgentAsync(mount.Id, socket, cancellation) is not { } served)
        {
            if (mount.Required)
            {
                throw CortenException.NotFound($"unset ssh forward key {mount.Id}");
            }

            return;
        }

        _served.Add(served);
        using (var parent = FileAt.Open(folder, OpenFlags.ReadOnly | OpenFlags.Directory))
        {
            FileAt.ChangeOwner(parent, Encoding.UTF8.GetBytes(Path.GetFileName(socket)), mount.Uid ?? 0, mount.Gid ?? 0);
            FileAt.ChangeMode(parent, Encoding.UTF8.GetBytes(Path.GetFileName(socket)), mount.Mode ?? 0x180); // 0600
        }

        Mounts.Add(new ContainerMount { Type = "bind", Source = socket, Destination = target });
    }

    private string NewFolder(string name)
    {
        var path = Path.Combine(scratch, $"{name}{_count++}");
        Directory.CreateDirectory(path, OwnerOnly);
        return path;
    }

    public override string ToString() => id;
}
