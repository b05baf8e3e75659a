using System.Text;
using Corten.Build.Execution;
using Corten.Build.Solving;
using Corten.Linux.Files;
using Corten.Storage.Archive;
using Corten.Storage.Tar;

namespace Corten.Build.Exporting;

/// <summary>The files themselves, as an archive: <c>type=tar</c>.</summary>
public sealed class TreeExporter(TreeViews views)
{
    /// <param name="parts">Each with the folder that it goes into; empty for none.</param>
    /// <param name="epoch">The time of every file, in place of its own.</param>
    /// <param name="target">Written synchronously, on a thread of its own.</param>
    /// <param name="cancellation">Stops between two files.</param>
    public Task WriteAsync(IReadOnlyList<(string Folder, Tree Tree)> parts, DateTimeOffset? epoch, Stream target, CancellationToken cancellation) => Task.Factory.StartNew(() =>
    {
        var writer = new TarWriter(target);
        var options = new ArchiveOptions { Adjust = epoch is { } time ? entry => entry.Modified = new FileTime(time.ToUnixTimeSeconds(), 0) : null };
        foreach (var (folder, tree) in parts)
        {
            using var view = views.Read(tree);
            using var root = FileAt.Open(view.Root, "."u8, OpenFlags.ReadOnly | OpenFlags.Directory);
            using var layers = new LayeredFiles(view.Layers);
            using var archiver = new TreeArchiver(writer, options with { Name = Encoding.UTF8.GetBytes(folder), Layers = layers }, cancellation);
            archiver.AddTree(root);
        }

        writer.Finish();
        target.Flush();
    }, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
