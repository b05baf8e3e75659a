using System.Security.Cryptography;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Archive;
using Corten.Storage.Compression;
using Corten.Storage.Content;
using Corten.Storage.Tar;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Layers;

/// <summary>
/// From compressed bytes to files in one pass: source → digest → inflate → diff-id → files, the arrows being rings of blocks so that each
/// part runs on a core of its own. The compressed bytes go nowhere else; whoever keeps them hands in a stream that writes them on its way.
/// </summary>
internal static class LayerPipeline
{
    public static Task RunAsync(Stream source, SafeFileHandle folder, UnpackedLayer layer, ExtractOptions options, CancellationToken cancel) =>
        Task.Factory.StartNew(() => Run(source, folder, layer, options, cancel), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    private static void Run(Stream source, SafeFileHandle folder, UnpackedLayer layer, ExtractOptions options, CancellationToken cancel)
    {
        using var blobHash = layer.BlobDigest.IsEmpty ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        using var diffHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long blobSize = 0;
        try
        {
            using var arriving = ReadAhead.OfWaiting(source, cancel: cancel);
            var counted = new Observed(arriving, data =>
            {
                blobHash?.AppendData(data);
                blobSize += data.Length;
            });
            using var plain = Decompression.Open(counted);
            using var inflated = ReadAhead.OfComputing(plain, data => diffHash.AppendData(data), cancel);
            using var extractor = new TreeExtractor(folder, options);
            var reader = new TarReader(inflated, options.TarLimits);
            extractor.Extract(reader, cancel);
            reader.Drain(options.Limits.MaxBytes);
            layer.Size = extractor.Size;
            layer.Entries = extractor.Entries;
            layer.Implied = extractor.Implied;
            layer.RootDescribed = extractor.RootDescribed;
            layer.LinksToBelow = extractor.LinksToBelow;
            // What a decompressor leaves behind its end belongs to the blob all the same.
            DrainRest(inflated, counted);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }

        if (blobHash is not null)
        {
            layer.BlobDigest = Hashes.Digest(blobHash, "sha256");
        }

        layer.DiffId = Hashes.Digest(diffHash, "sha256");
        layer.BlobSize = blobSize;
    }

    /// <summary>The inflating thread has ended by now (its end of stream was read), so that its source is free.</summary>
    private static void DrainRest(ReadAhead inflated, Stream source)
    {
        inflated.Dispose();
        var buffer = new byte[1 << 16];
        while (source.Read(buffer) > 0)
        {
        }
    }

    private sealed class Observed(Stream inner, Action<ReadOnlySpan<byte>> observer) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer);
            observer(buffer[..count]);
            return count;
        }
    }
}
