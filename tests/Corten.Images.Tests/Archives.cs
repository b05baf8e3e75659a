using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Corten.Oci.Image;

namespace Corten.Images.Tests;

/// <summary>Writes archives for tests, good and bad ones.</summary>
internal static class Archives
{
    /// <summary>A tar of regular files.</summary>
    public static byte[] Tar(params IEnumerable<(string Name, byte[] Content)> files)
    {
        var buffer = new MemoryStream();
        using (var writer = new TarWriter(buffer, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), Mode = (UnixFileMode)0x1A4 });
            }
        }

        return buffer.ToArray();
    }

    public static byte[] Layer(string file, string text) => Tar((file, Encoding.UTF8.GetBytes(text)));

    public static byte[] Gzip(byte[] content)
    {
        var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return buffer.ToArray();
    }

    public static byte[] Config(IEnumerable<byte[]> plainLayers, string architecture = "amd64", string? cmd = null, DateTimeOffset? created = null) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new ImageConfig
            {
                Architecture = architecture,
                Os = "linux",
                Created = created ?? DateTimeOffset.UnixEpoch,
                Config = new ContainerDefaults { Cmd = cmd is null ? null : [cmd] },
                RootFs = new RootFs { DiffIds = plainLayers.Select(l => Digest.Of(l)).ToList() },
                History = plainLayers.Select(_ => new HistoryEntry { CreatedBy = "test" }).ToList(),
            },
            ImageJson.Plain.ImageConfig);

    /// <summary>What old versions of docker save wrote: a folder for each layer.</summary>
    public static byte[] DockerArchive(string[] tags, params byte[][] layers)
    {
        var config = Config(layers);
        var manifest = $$"""
            [{"Config":"{{Digest.Of(config).Hex}}.json","RepoTags":{{JsonSerializer.Serialize(tags)}},"Layers":[{{string.Join(',', layers.Select((_, i) => $"\"l{i}/layer.tar\""))}}]}]
            """;
        return Tar(layers.Select((l, i) => ($"l{i}/layer.tar", l)).Append(($"{Digest.Of(config).Hex}.json", config)).Append(("manifest.json", Encoding.UTF8.GetBytes(manifest))));
    }

    public static byte[] Json(object value) => JsonSerializer.SerializeToUtf8Bytes(value);
}

/// <summary>An OCI layout being put together.</summary>
internal sealed class LayoutBuilder
{
    private readonly List<(string, byte[])> _files = [("oci-layout", Encoding.UTF8.GetBytes("""{"imageLayoutVersion":"1.0.0"}"""))];
    private readonly List<Descriptor> _entries = [];

    public Descriptor Blob(byte[] content, string mediaType, Platform? platform = null)
    {
        _files.Add(($"blobs/sha256/{Digest.Of(content).Hex}", content));
        return new Descriptor { MediaType = mediaType, Digest = Digest.Of(content), Size = content.Length, Platform = platform };
    }

    public void File(string name, string content) => _files.Add((name, Encoding.UTF8.GetBytes(content)));

    /// <summary>An image of gzipped layers for a processor.</summary>
    public Descriptor Image(string architecture, params byte[][] layers)
    {
        var config = Blob(Archives.Config(layers, architecture), MediaTypes.OciConfig);
        var manifest = new Manifest
        {
            MediaType = MediaTypes.OciManifest,
            Config = config,
            Layers = layers.Select(l => Blob(Archives.Gzip(l), MediaTypes.OciLayerGzip)).ToList(),
        };
        return Blob(JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Plain.Manifest), MediaTypes.OciManifest, new Platform { Os = "linux", Architecture = architecture });
    }

    public Descriptor Index(params Descriptor[] manifests) => Blob(
        JsonSerializer.SerializeToUtf8Bytes(new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = manifests }, ImageJson.Plain.ImageIndex), MediaTypes.OciIndex);

    /// <summary>Names what the layout is about.</summary>
    public LayoutBuilder Entry(Descriptor target, string? name = null)
    {
        _entries.Add(target with { Platform = null, Annotations = name is null ? null : new Dictionary<string, string> { ["io.containerd.image.name"] = name } });
        return this;
    }

    public byte[] ToArray()
    {
        var index = JsonSerializer.SerializeToUtf8Bytes(new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = _entries }, ImageJson.Plain.ImageIndex);
        return Archives.Tar(_files.Append(("index.json", index)));
    }
}
