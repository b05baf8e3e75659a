using Corten.Build.Dockerfile.Ignore;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Linux.Files;
using Corten.Storage.Archive;
using Corten.Storage.Compression;
using Corten.Storage.Mounts;
using Corten.Storage.Tar;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Execution;

/// <summary>COPY, ADD, WORKDIR and inline files: the steps that only change files.</summary>
internal sealed class CopyExecutor(TreeViews views, DateTimeOffset? epoch)
{
    private FileTime? Made => epoch is { } at ? TimeOf(at) : null;

    public void Copy(CopyStep step, IReadOnlyDictionary<Step, Tree> inputs, StepFolders layer, CancellationToken cancellation)
    {
        var parent = inputs[step.Parent];
        (uint, uint)? owner = null;
        if (step.Chown is { } words)
        {
            using var names = views.Read(parent);
            owner = Owners.OfChown(names.Root, words);
        }

        var links = new List<ContextLinks>();
        try
        {
            using (var target = views.Write(step.Link ? Tree.Scratch : parent, layer))
            {
                CopyAll(step, inputs, layer, target.Root, owner, links, cancellation);
            }
        }
        finally
        {
            // What they looked at is closed with the source; what they have noted stays.
            links.ForEach(l => l.Dispose());
        }

        links.ForEach(l => l.Make());
    }

    private void CopyAll(CopyStep step, IReadOnlyDictionary<Step, Tree> inputs, StepFolders layer, SafeFileHandle target, (uint, uint)? owner, List<ContextLinks> links,
        CancellationToken cancellation)
    {
        var excludes = IgnorePatterns.Of(step.Excludes);
        var taken = new HashSet<(ulong, ulong)>();
        var destination = Destination.Resolve(target, step.Destination);
        foreach (var source in step.Sources)
        {
            using var tree = views.Read(inputs[source.From]);
            using var layers = new LayeredFiles(tree.Layers);
            var options = new CopyOptions(owner ?? OwnerOf(source.From), step.Chmod, Made);
            var shared = source.From is LocalStep ? new ContextLinks(inputs[source.From].Layers[0].Directory, layer.Upper, taken) : null;
            links.AddRange(shared is null ? [] : [shared]);
            var copier = new FileCopier(tree.Root, target, options, layers, shared);
            foreach (var selected in Selection.Of(tree.Root, source, excludes))
            {
                if (!(source.Unpack && !selected.IsDirectory && selected.Entries.Count == 1
                    && TryUnpack(tree.Root, selected.Entries[0], target, destination, options, owner, cancellation)))
                {
                    copier.Copy(selected, destination, cancellation);
                }
            }
        }
    }

    public void MakeDirectory(MakeDirectoryStep step, Tree parent, StepFolders layer)
    {
        (uint, uint)? owner = null;
        using var target = views.Write(parent, layer);
        if (step.User.Length > 0)
        {
            var identity = Owners.AccountsIn(target.Root).Resolve(step.User, null);
            owner = (identity.Uid, identity.Gid);
        }

        new FileCopier(target.Root, target.Root, new CopyOptions(owner, null, Made)).EnsureFolder(System.Text.Encoding.UTF8.GetBytes(Destination.Resolve(target.Root, step.Path).Trim('/'))).Dispose();
    }

    /// <summary>An inline file is a tree of its own, with a time that does not change.</summary>
    public static void WriteInline(InlineStep step, StepFolders layer)
    {
        using var folder = FileAt.Open(layer.Upper, OpenFlags.ReadOnly | OpenFlags.Directory);
        var name = System.Text.Encoding.UTF8.GetBytes(step.FileName.Replace('/', '_'));
        using var file = FileAt.TryCreate(folder, name, step.Mode)!;
        OpenFile.Write(file, System.Text.Encoding.UTF8.GetBytes(step.Content));
        OpenFile.ChangeMode(file, step.Mode);
    }

    /// <summary>What comes from a client or a URL belongs to root; what is copied between images keeps its owner.</summary>
    internal static (uint, uint)? OwnerOf(Step from) => from is LocalStep or HttpStep or GitStep or InlineStep ? (0, 0) : null;

    /// <summary>Unpacks a local archive over the destination; false if the file is none. <c>--chmod</c> means files that are copied, not these.</summary>
    private static bool TryUnpack(SafeFileHandle tree, SelectedEntry entry, SafeFileHandle target, string into, CopyOptions options, (uint, uint)? owner,
        CancellationToken cancellation)
    {
        if (!Archives.IsArchive(tree, entry.Source))
        {
            return false;
        }

        var destination = System.Text.Encoding.UTF8.GetBytes(into.Trim('/'));
        new FileCopier(tree, target, options with { Mode = null }).EnsureFolder(destination).Dispose();
        using var file = new FileStream(FileAt.OpenInRoot(tree, entry.Source, OpenFlags.ReadOnly), FileAccess.Read, 1 << 17);
        using var extractor = new TreeExtractor(target, new ExtractOptions { Destination = destination, Owner = owner });
        extractor.Extract(new TarReader(Decompression.Open(file)), cancellation);
        return true;
    }

    private static FileTime TimeOf(DateTimeOffset time) => new(time.ToUnixTimeSeconds(), 0);
}
