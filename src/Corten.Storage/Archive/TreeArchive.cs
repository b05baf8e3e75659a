using Corten.Linux.Files;
using Corten.Storage.Tar;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Archive;

/// <summary>
/// Trees into archives and back, confined to an open folder: what <c>cp</c>, <c>export</c>, <c>commit</c>, <c>COPY</c> and <c>ADD</c> are made
/// of. Each call occupies a thread of its own until it is done.
/// </summary>
public static class TreeArchive
{
    /// <summary>Packs what a path in a root names, a link at its end taken as a link, links before it resolved inside the root.</summary>
    /// <param name="path">Empty for the root itself.</param>
    /// <param name="target">Written synchronously; not owned, not flushed.</param>
    /// <exception cref="Linux.LinuxException">ENOENT and its kind: there is no such path.</exception>
    public static Task WriteAsync(
        SafeFileHandle root, ReadOnlyMemory<byte> path, Stream target, ArchiveOptions? options = null, CancellationToken cancel = default) =>
        OnOwnThread(() =>
        {
            var normal = ArchivePath.Normalize(path.Span);
            using var parent = FileAt.OpenInRoot(root, ArchivePath.Parent(normal), OpenFlags.Path | OpenFlags.Directory);
            var writer = new TarWriter(target);
            using var archiver = new TreeArchiver(writer, options ?? new ArchiveOptions(), cancel);
            archiver.Add(parent, ArchivePath.Leaf(normal));
            writer.Finish();
        });

    /// <summary>Unpacks an archive, compressed or not, into a folder of a root.</summary>
    /// <param name="source">Read asynchronously, to its end; not owned.</param>
    /// <returns>Bytes of file data written.</returns>
    /// <exception cref="Oci.Errors.CortenException">InvalidArgument: damaged, hostile, beyond a bound. What came before it stays unpacked.</exception>
    public static Task<long> ExtractAsync(SafeFileHandle root, Stream source, ExtractOptions? options = null, CancellationToken cancel = default) =>
        OnOwnThread(() =>
        {
            options ??= new ExtractOptions();
            using var arriving = Compression.ReadAhead.OfWaiting(source, cancel: cancel);
            using var plain = Compression.Decompression.Open(arriving);
            using var extractor = new TreeExtractor(root, options);
            var reader = new TarReader(plain, options.TarLimits);
            extractor.Extract(reader, cancel);
            reader.Drain(options.Limits.MaxBytes);
            return extractor.Bytes;
        });

    private static Task OnOwnThread(Action work) => OnOwnThread(() =>
    {
        work();
        return 0;
    });

    private static Task<T> OnOwnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
