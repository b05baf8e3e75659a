using System.Text;
using System.Text.Json;
using Corten.Images.Archives;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Content;
using Corten.Storage.Tar;

namespace Corten.Images.Save;

/// <summary>An archive that is ready to be written: what goes into it is known, and kept from being collected until it is disposed.</summary>
public sealed class SavedArchive : IDisposable
{
    private const string FullName = "io.containerd.image.name";
    private const string RefName = "org.opencontainers.image.ref.name";

    private readonly ContentStore _content;
    private readonly IDisposable _hold;
    private readonly SortedDictionary<string, ContentInfo> _blobs = new(StringComparer.Ordinal);
    private readonly List<Descriptor> _entries = [];
    private readonly List<(Image Image, List<string> Tags)> _images = [];
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _repositories = new(StringComparer.Ordinal);
    private readonly List<(string Name, byte[] Content)> _documents = [];

    internal SavedArchive(ContentStore content, IDisposable hold) => (_content, _hold) = (content, hold);

    internal IEnumerable<Image> Images => _images.Select(i => i.Image);

    internal void AddBlob(Digest digest) =>
        _blobs[$"{digest.Algorithm}/{digest.Hex}"] = _content.TryGetInfo(digest)
            ?? throw CortenException.NotFound($"content digest {digest}: not found; pull or load the image again");

    internal void Add(Descriptor target, Image image, IReadOnlyList<ImageReference> tags)
    {
        _entries.AddRange(tags.Select(t => Entry(target, t)).DefaultIfEmpty(target));
        var known = _images.FindIndex(i => i.Image.ConfigDigest == image.ConfigDigest);
        if (known < 0)
        {
            _images.Add((image, []));
            known = _images.Count - 1;
        }

        foreach (var tag in tags)
        {
            _images[known].Tags.Add(tag.Familiar);
            if (!_repositories.TryGetValue(tag.FamiliarRepository, out var repository))
            {
                _repositories[tag.FamiliarRepository] = repository = new SortedDictionary<string, string>(StringComparer.Ordinal);
            }

            repository[tag.Tag!] = (image.Manifest.Layers is [.., var top] ? top.Digest : image.ConfigDigest).Hex;
        }
    }

    /// <summary>Writes the documents, once everything was added.</summary>
    internal void Complete()
    {
        var index = new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = _entries };
        _documents.Add(("index.json", JsonSerializer.SerializeToUtf8Bytes(index, ImageJson.Plain.ImageIndex)));
        _documents.Add(("manifest.json", JsonSerializer.SerializeToUtf8Bytes(_images.Select(i => Saved(i.Image, i.Tags)).ToList(), ArchiveJson.Plain.IReadOnlyListSavedImage)));
        _documents.Add(("oci-layout", Encoding.UTF8.GetBytes("""{"imageLayoutVersion": "1.0.0"}""")));
        if (_repositories.Count > 0)
        {
            _documents.Add(("repositories", JsonSerializer.SerializeToUtf8Bytes(_repositories, ArchiveJson.Plain.SortedDictionaryStringSortedDictionaryStringString)));
        }
    }

    /// <summary>Writes the archive.</summary>
    /// <param name="target">Not owned.</param>
    /// <param name="cancellationToken"></param>
    public async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        // The writer is synchronous and writes headers only; what it wrote goes out before each blob does.
        var pending = new MemoryStream();
        var tar = new TarWriter(pending);
        foreach (var folder in (ReadOnlySpan<string>)["blobs", .. _blobs.Values.Select(b => $"blobs/{b.Digest.Algorithm}").Distinct()])
        {
            tar.WriteEntry(new TarEntry { Type = TarEntryType.Directory, Path = Encoding.UTF8.GetBytes(folder), Mode = 0x1ED });
        }

        foreach (var (name, blob) in _blobs)
        {
            tar.WriteEntry(File("blobs/" + name, blob.Size, FileTime.From(blob.Created)));
            await WriteBlobAsync(tar, pending, blob, target, cancellationToken);
        }

        foreach (var (name, content) in _documents)
        {
            tar.WriteEntry(File(name, content.Length, default));
            tar.WriteData(content);
        }

        tar.Finish();
        await FlushAsync(pending, target, cancellationToken);
    }

    public void Dispose() => _hold.Dispose();

    private async Task WriteBlobAsync(TarWriter tar, MemoryStream pending, ContentInfo blob, Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        await using var source = _content.OpenVerified(blob.Digest);
        int count;
        while ((count = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            tar.WriteData(buffer.AsSpan(0, count));
            await FlushAsync(pending, target, cancellationToken);
        }
    }

    private static async Task FlushAsync(MemoryStream pending, Stream target, CancellationToken cancellationToken)
    {
        await target.WriteAsync(pending.GetBuffer().AsMemory(0, (int)pending.Length), cancellationToken);
        pending.SetLength(0);
    }

    private static TarEntry File(string name, long size, FileTime modified) =>
        new() { Type = TarEntryType.Regular, Path = Encoding.UTF8.GetBytes(name), Mode = 0x1A4, Size = size, Modified = modified };

    private static Descriptor Entry(Descriptor target, ImageReference tag) =>
        target with { Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { [FullName] = tag.ToString(), [RefName] = tag.Tag! } };

    private static SavedImage Saved(Image image, List<string> tags) => new()
    {
        Config = BlobPath(image.ConfigDigest),
        RepoTags = tags.Count > 0 ? tags : null,
        Layers = image.Manifest.Layers.Select(l => BlobPath(l.Digest)).ToList(),
        LayerSources = image.Manifest.Layers.Zip(image.Config.RootFs.DiffIds).DistinctBy(p => p.Second).ToDictionary(p => p.Second.ToString(), p => p.First),
    };

    private static string BlobPath(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";
}
