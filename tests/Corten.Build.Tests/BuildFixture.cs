using System.Text;
using Corten.Build.Contexts;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Distribution;
using Corten.EngineApi.Events;
using Corten.Images;
using Corten.Storage;

namespace Corten.Build.Tests;

/// <summary>A builder over a data root of its own, without networks and containers: everything but RUN.</summary>
public sealed class BuildFixture : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("corten-build-").FullName;
    private readonly Registries _registries = new(new RegistrySettings());

    public BuildFixture()
    {
        Stores = Stores.Open(Path.Combine(_folder, "data"));
        Images = new ImageService(new ImageStore(
            Stores.Database, Stores.Content, Stores.Layers, Stores.InUse, Stores.Garbage, _registries, new EventLog(), new NoImageUsers()));
        Builds = new BuildService(new BuildParts(Stores, Images,
            (name, _, _, _, _) => throw Oci.Errors.CortenException.NotFound($"{name}: not found"), (_, _, _) => null!));
        Context = Directory.CreateDirectory(Path.Combine(_folder, "context")).FullName;
    }

    public Stores Stores { get; }

    public ImageService Images { get; }

    public BuildService Builds { get; }

    public string Context { get; }

    public BuildFixture File(string path, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)
    {
        var full = Path.Combine(Context, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        System.IO.File.WriteAllText(full, content);
        System.IO.File.SetUnixFileMode(full, mode);
        return this;
    }

    public Task<BuiltTree> BuildAsync(string dockerfile, PlanOptions? options = null, IBuildProgress? progress = null)
    {
        System.IO.File.WriteAllText(Path.Combine(Context, "Dockerfile"), dockerfile);
        return Builds.BuildAsync(options ?? new PlanOptions(), pull: false, explain: true, new FolderClient(Context, "Dockerfile"), progress ?? NoProgress.Instance, TestContext.Current.CancellationToken);
    }

    /// <summary>The tree's files: path, permissions, owner, and content or what it links to.</summary>
    public IReadOnlyList<string> List(Tree tree)
    {
        using var view = Builds.Views.Read(tree);
        var entries = Execution.Selection.Of(view.Root, new CopySource(new ScratchStep { Name = "", Platform = Oci.Image.Platform.Host }, "/") { Wildcards = false },
            Build.Dockerfile.Ignore.IgnorePatterns.None)[0].Entries;
        var lines = new List<string>();
        foreach (var entry in entries.Skip(1))
        {
            using var parent = Execution.ContentDigests.OpenParent(view.Root, entry.Source, out var name);
            var shown = entry.Status.IsDirectory ? "/" : entry.Status.IsSymbolicLink ? " -> " + Encoding.UTF8.GetString(Linux.Files.FileAt.ReadLink(parent, name))
                : " = " + Read(view.Root, entry.Source);
            lines.Add($"{Encoding.UTF8.GetString(entry.Relative)}{shown} {Convert.ToString(entry.Status.Permissions, 8)} {entry.Status.Uid}:{entry.Status.Gid}");
        }

        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        await Builds.DisposeAsync();
        _registries.Dispose();
        Stores.Dispose();
        Storage.Archive.TreeRemover.Remove(_folder);
    }

    private static string Read(Microsoft.Win32.SafeHandles.SafeFileHandle root, byte[] path)
    {
        using var file = Linux.Files.FileAt.OpenInRoot(root, path, Linux.Files.OpenFlags.ReadOnly);
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, Linux.Files.OpenFile.Read(file, buffer)).TrimEnd('\n');
    }
}
