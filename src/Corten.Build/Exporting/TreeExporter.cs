using Corten.Build.Execution;
using Corten.Build.Solving;
using Corten.Storage.Archive;

namespace Corten.Build.Exporting;

/// <summary>The files themselves, as an archive: <c>type=tar</c>, and what <c>type=local</c> is unpacked from.</summary>
public sealed class TreeExporter(TreeViews views)
{
    public async Task WriteAsync(Tree tree, Stream target, CancellationToken cancellation)
    {
        using var view = views.Read(tree);
        await TreeArchive.WriteAsync(view.Root, ReadOnlyMemory<byte>.Empty, target, new ArchiveOptions(), cancellation);
    }
}
