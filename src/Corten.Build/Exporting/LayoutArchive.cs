using System.Text;
using System.Text.Json;
using Corten.Images;
using Corten.Oci.Image;
using Corten.Storage.Content;
using Corten.Storage.Tar;

namespace Corten.Build.Exporting;

/// <summary>
/// Writes an image as an archive: an OCI layout (image-spec, image-layout.md), and for <c>type=docker</c> with the list that <c>docker load</c> of
/// old reads.
/// </summary>
public sealed class LayoutArchive(ImageStore store)
{
    private const string FullName = "io.containerd.image.name";
    private const string RefName = "org.opencontainers.image.ref.name";
    private const string Created = "org.opencontainers.image.created";

    /// <param name="written">Its blobs are in the content store.</param>
    /// <param name="names">What <c>index.json</c> calls it.</param>
    /// <param name="docker">Also write <c>manifest.json</c>.</param>
    /// <param name="created">The time that <c>index.json</c> notes.</param>
    /// <param name="target">Written synchronously; not owned.</param>
    /// <param name="cancellation"></param>
    public async Task WriteAsync(WrittenResult written, IReadOnlyList<ImageReference> names, bool docker, DateTimeOffset created, Stream target, CancellationToken cancellation)
    {
        var blobs = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        await CollectAsync(written.Target, blobs, cancellation);
        var tar = new TarWriter(target);
        foreach (var folder in blobs.Values.Select(d => $"blobs/{d.Algorithm}").Distinct().Prepend("blobs"))
        {
            tar.WriteEntry(new TarEntry { Type = TarEntryType.Directory, Path = Encoding.UTF8.GetBytes(folder), Mode = 0x1ED });
        }

        foreach (var (name, digest) in blobs)
        {
            await WriteBlobAsync(tar, name, digest, cancellation);
        }

        WriteFile(tar, "index.json", JsonSerializer.SerializeToUtf8Bytes(IndexOf(written.Target, names, created), ImageJson.Plain.ImageIndex));
        if (docker)
        {
            WriteFile(tar, "manifest.json", SavedList(written.Images[0], names));
        }

        WriteFile(tar, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}"u8);
        tar.Finish();
        target.Flush();
    }

    /// <summary>The blobs that a manifest or index leads to, itself last: what is named comes before what names it.</summary>
    public async Task<IReadOnlyList<Digest>> BlobsOfAsync(Descriptor target, CancellationToken cancellation)
    {
        var blobs = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        await CollectAsync(target, blobs, cancellation);
        var documents = new List<Digest>();
        if (MediaTypes.IsIndex(target.MediaType))
        {
            documents.AddRange((await store.Documents.IndexAsync(target.Digest, cancellation)).Manifests.Select(m => m.Digest));
        }

        documents.Add(target.Digest);
        return [.. blobs.Values.Except(documents), .. documents];
    }

    private async Task CollectAsync(Descriptor target, IDictionary<string, Digest> blobs, CancellationToken cancellation)
    {
        blobs[PathOf(target.Digest)] = target.Digest;
        if (MediaTypes.IsIndex(target.MediaType))
        {
            foreach (var entry in (await store.Documents.IndexAsync(target.Digest, cancellation)).Manifests)
            {
                await CollectAsync(entry, blobs, cancellation);
            }

            return;
        }

        var manifest = await store.Documents.ManifestAsync(target.Digest, cancellation);
        foreach (var blob in manifest.Layers.Append(manifest.Config))
        {
            blobs[PathOf(blob.Digest)] = blob.Digest;
        }
    }

    private async Task WriteBlobAsync(TarWriter tar, string name, Digest digest, CancellationToken cancellation)
    {
        var info = store.Content.TryGetInfo(digest) ?? throw Oci.Errors.CortenException.NotFound($"content digest {digest}: not found; pull or load the image again");
        tar.WriteEntry(new TarEntry { Type = TarEntryType.Regular, Path = Encoding.UTF8.GetBytes(name), Mode = 0x1A4, Size = info.Size });
        var buffer = new byte[1 << 16];
        await using var source = store.Content.OpenVerified(digest);
        for (int count; (count = await source.ReadAsync(buffer, cancellation)) > 0;)
        {
            tar.WriteData(buffer.AsSpan(0, count));
        }
    }

    private static void WriteFile(TarWriter tar, string name, ReadOnlySpan<byte> content)
    {
        tar.WriteEntry(new TarEntry { Type = TarEntryType.Regular, Path = Encoding.UTF8.GetBytes(name), Mode = 0x1A4, Size = content.Length });
        tar.WriteData(content);
    }

    private static ImageIndex IndexOf(Descriptor target, IReadOnlyList<ImageReference> names, DateTimeOffset created)
    {
        var time = created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return new ImageIndex
        {
            MediaType = MediaTypes.OciIndex,
            Manifests = [.. names.Select(n => (ImageReference?)n).DefaultIfEmpty(null).Select(name =>
            {
                var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { [Created] = time };
                foreach (var (key, value) in target.Annotations ?? new Dictionary<string, string>())
                {
                    annotations[key] = value;
                }

                if (name is not null)
                {
                    (annotations[FullName], annotations[RefName]) = (name.ToString(), name.Tag!);
                }

                return target with { Annotations = annotations };
            })],
        };
    }

    /// <summary><c>[{"Config":…,"RepoTags":…,"Layers":…}]</c></summary>
    private static byte[] SavedList(WrittenImage image, IReadOnlyList<ImageReference> names)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString("Config", PathOf(image.Config.Digest));
            json.WritePropertyName("RepoTags");
            WriteTexts(json, names.Count == 0 ? null : names.Select(n => n.Familiar));
            json.WritePropertyName("Layers");
            WriteTexts(json, image.Manifest.Layers.Select(l => PathOf(l.Digest)));
            json.WriteEndObject();
            json.WriteEndArray();
        }

        return buffer.ToArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, IEnumerable<string>? texts)
    {
        if (texts is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static string PathOf(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";
}
