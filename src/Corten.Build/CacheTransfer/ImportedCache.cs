using System.Collections.Concurrent;
using System.Security.Cryptography;
using Corten.Build.Solving;
using Corten.Distribution.Transport;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Archive;
using Corten.Storage.Compression;
using Corten.Storage.Content;

namespace Corten.Build.CacheTransfer;

/// <summary>What a build may take from caches elsewhere. Layers come over only when a step hits.</summary>
public sealed class ImportedCache(BuildCache cache, BuildRoot root, ContentStore contents)
{
    private readonly Dictionary<string, (ICacheStore Store, CacheDocument Document, CachedStep Step)> _steps = [];
    private readonly Dictionary<(string, string), Digest> _selections = [];

    /// <summary>Keys of steps, and stores, that nothing is asked of any more.</summary>
    private readonly ConcurrentDictionary<object, bool> _lost = new();

    public bool IsEmpty => _steps.Count == 0;

    public void Add(ICacheStore store, CacheDocument document)
    {
        foreach (var step in document.Records.Where(IsSound))
        {
            // Where two caches know a key, the one that has the layer is worth more.
            if (!_steps.TryGetValue(step.Key, out var known) || (known.Step.Layer is null && step.Layer is not null))
            {
                _steps[step.Key] = (store, document, step);
            }
        }

        foreach (var selection in document.Selections.Where(s => !s.Digest.IsEmpty))
        {
            _selections.TryAdd((selection.Identity, selection.Selection), selection.Digest);
        }
    }

    public CachedStep? Find(string key) =>
        _steps.TryGetValue(key, out var found) && !_lost.ContainsKey(key) && !_lost.ContainsKey(found.Store) ? found.Step : null;

    /// <summary>
    /// A layer could not be had: from now on the step is one that nobody has run. Where it is the store that can't be reached, so are all that it knows: each would
    /// be waited for in vain.
    /// </summary>
    /// <returns>What that layer is, for messages.</returns>
    public string Forget(CachedStep step, Exception reason)
    {
        var (store, document, _) = _steps[step.Key];
        _lost.TryAdd(reason is RegistryUnreachableException or not CortenException ? store : step.Key, true);
        return $"{document.Layers[step.Layer!.Value].Blob!.Digest} from {store.Name}";
    }

    public IReadOnlyCollection<CachedSelection> Selections =>
        [.. _selections.Select(s => new CachedSelection { Identity = s.Key.Item1, Selection = s.Key.Item2, Digest = s.Value })];

    public ContentDigest? Selection(string identity, string selection) =>
        _selections.TryGetValue((identity, selection), out var digest) ? new ContentDigest(digest, []) : null;

    /// <summary>Makes a step's layer a record of our own cache, under the identity that it has where it comes from.</summary>
    /// <param name="step">One that <see cref="Find"/> gave, with a layer.</param>
    /// <param name="parent">The record that it builds on.</param>
    /// <param name="place">Of the step in this build.</param>
    /// <param name="pins">The build that uses it.</param>
    /// <param name="cancellation"></param>
    public async Task<CacheRecord> AdoptAsync(CachedStep step, long parent, string place, RecordPins.PinSet pins, CancellationToken cancellation)
    {
        var (store, document, _) = _steps[step.Key];
        var layer = document.Layers[step.Layer!.Value];
        await store.FetchAsync(layer.Blob!, cancellation);
        if (cache.ByUid(step.Uid, pins) is { } known)
        {
            return known;
        }

        var folder = root.Begin(step.Uid);
        try
        {
            var diffId = await UnpackAsync(layer.Blob!, folder.Upper, cancellation);
            if (diffId != layer.DiffId)
            {
                throw CortenException.Invalid($"the cache {store.Name} is damaged: {layer.Blob!.Digest} unpacks to {diffId}, not {layer.DiffId}");
            }
        }
        catch
        {
            root.Discard(root.FolderOf(step.Uid));
            throw;
        }

        return cache.Add(new CacheRecord
        {
            Id = 0, Uid = step.Uid, Key = step.Key, Type = RecordTypes.Regular, Parent = parent, Description = step.Description, Place = place, DiffId = layer.DiffId,
            Created = step.Created, LastUsed = DateTime.UtcNow, Uses = 0,
        }, [], pins);
    }

    /// <summary>A uid becomes a folder's name, so it must look like one of ours.</summary>
    private static bool IsSound(CachedStep step) => step.Uid.Length == 26 && step.Uid.All(char.IsAsciiHexDigitLower) && Digest.TryParse(step.Key, out _);

    /// <returns>The digest of what the archive is uncompressed.</returns>
    private async Task<Digest> UnpackAsync(Descriptor blob, string upper, CancellationToken cancellation)
    {
        using var target = FileAt.Open(upper, OpenFlags.ReadOnly | OpenFlags.Directory);
        await using var source = contents.OpenRead(blob.Digest);
        using var plain = new CountingHash(Decompression.Open(source));
        await TreeArchive.ExtractAsync(target, plain, new ExtractOptions { Whiteouts = Whiteouts.Overlay }, cancellation);
        return plain.Finish();
    }

    /// <summary>Hashes what is read through it.</summary>
    private sealed class CountingHash(Stream inner) : Storage.ReadOnlyStream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public Digest Finish()
        {
            // A reader of archives may stop at the end mark; what pads it belongs to the digest.
            var rest = new byte[8192];
            while (Read(rest) > 0)
            {
            }

            return Digest.FromSha256(_hash.GetHashAndReset());
        }

        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer);
            _hash.AppendData(buffer[..count]);
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _hash.Dispose();
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
