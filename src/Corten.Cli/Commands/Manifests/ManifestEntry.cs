using System.Text;
using System.Text.Json;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Manifests;

/// <summary>What an image of a list runs on, as its descriptor says.</summary>
internal sealed record ManifestPlatform(string Architecture, string Os, string OsVersion, IReadOnlyList<string> OsFeatures, string Variant)
{
    public static ManifestPlatform Of(JsonElement json)
        => new(json.Text("architecture"), json.Text("os"), json.Text("os.version"), [.. json.Texts("os.features")], json.Text("variant"));

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("platform");
        writer.WriteString("architecture", Architecture);
        writer.WriteString("os", Os);
        WriteIf(writer, "os.version", OsVersion);
        if (OsFeatures.Count > 0)
        {
            writer.WriteStartArray("os.features");
            foreach (var feature in OsFeatures)
            {
                writer.WriteStringValue(feature);
            }
            writer.WriteEndArray();
        }
        WriteIf(writer, "variant", Variant);
        writer.WriteEndObject();
    }

    private static void WriteIf(Utf8JsonWriter writer, string name, string value)
    {
        if (value.Length > 0)
        {
            writer.WriteString(name, value);
        }
    }
}

/// <summary>One image of a list: its name, its descriptor and its manifest, in Docker's form, so that both clients go on with each other's lists.</summary>
internal sealed record ManifestEntry(string Ref, string MediaType, Digest Digest, ManifestPlatform Platform, byte[] Raw)
{
    /// <summary>Of a registry's image; its platform is what its configuration says, unless a list says it.</summary>
    public static ManifestEntry Fetch(RegistryClient registry, string name, (string MediaType, Digest Digest, byte[] Content) manifest, ManifestPlatform? listed = null)
    {
        using var json = JsonDocument.Parse(manifest.Content);
        if (listed is null)
        {
            if (!Digest.TryParse(json.RootElement.Get("config").Text("digest"), out var config))
            {
                throw new CommandException($"unsupported manifest format: {manifest.MediaType}");
            }
            using var document = JsonDocument.Parse(registry.Blob(config));
            listed = ManifestPlatform.Of(document.RootElement);
        }
        return new ManifestEntry(name, manifest.MediaType, manifest.Digest, listed, manifest.Content);
    }

    public static ManifestEntry Parse(byte[] stored)
    {
        using var document = JsonDocument.Parse(stored);
        var descriptor = document.RootElement.Get("Descriptor");
        if (!Digest.TryParse(descriptor.Text("digest"), out var digest))
        {
            throw new CommandException($"manifest {document.RootElement.Text("Ref")} has no digest");
        }
        return new ManifestEntry(
            document.RootElement.Text("Ref"), descriptor.Text("mediaType"), digest, ManifestPlatform.Of(descriptor.Get("platform")), Convert.FromBase64String(document.RootElement.Text("Raw")));
    }

    /// <summary>The digests that the image consists of, its configuration first.</summary>
    public IReadOnlyList<Digest> Blobs()
    {
        using var document = JsonDocument.Parse(Raw);
        return [.. document.RootElement.Items("layers").Prepend(document.RootElement.Get("config")).Select(static part => Digest.TryParse(part.Text("digest"), out var digest) ? digest : default).Where(static digest => !digest.IsEmpty)];
    }

    /// <summary>The whole entry: what is stored, and what <c>--verbose</c> shows.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("Ref", Ref);
        WriteDescriptor(writer, "Descriptor", digestFirst: true);
        writer.WriteString("Raw", Convert.ToBase64String(Raw));
        writer.WritePropertyName(MediaType == MediaTypes.OciManifest ? "OCIManifest" : "SchemaV2Manifest");
        using var document = JsonDocument.Parse(Raw);
        document.RootElement.WriteTo(writer);
        writer.WriteEndObject();
    }

    /// <param name="writer"></param>
    /// <param name="name">Null in an array.</param>
    /// <param name="digestFirst">Before the size; in a list it stands behind it.</param>
    private void WriteDescriptor(Utf8JsonWriter writer, string? name, bool digestFirst)
    {
        if (name is not null)
        {
            writer.WritePropertyName(name);
        }
        writer.WriteStartObject();
        writer.WriteString("mediaType", MediaType);
        if (digestFirst)
        {
            writer.WriteString("digest", Digest.ToString());
        }
        writer.WriteNumber("size", Raw.Length);
        if (!digestFirst)
        {
            writer.WriteString("digest", Digest.ToString());
        }
        Platform.Write(writer);
        writer.WriteEndObject();
    }

    /// <summary>The list of entries, byte for byte as Docker's client makes it: three spaces a level, of the kind that the first entry has.</summary>
    public static (string MediaType, byte[] Content) List(IReadOnlyList<ManifestEntry> entries)
    {
        var mediaType = entries.Count > 0 && entries[0].MediaType == MediaTypes.OciManifest ? MediaTypes.OciIndex : MediaTypes.DockerManifestList;
        return (mediaType, Indented(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("schemaVersion", 2);
            writer.WriteString("mediaType", mediaType);
            writer.WriteStartArray("manifests");
            foreach (var entry in entries)
            {
                entry.WriteDescriptor(writer, null, digestFirst: false);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }, ' ', 3));
    }

    public static byte[] Indented(Action<Utf8JsonWriter> write, char character, int size)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Json.WriterOptions with { Indented = true, IndentCharacter = character, IndentSize = size, NewLine = "\n" }))
        {
            write(writer);
        }
        return buffer.ToArray();
    }

    /// <summary>As <c>inspect</c> shows it: a tab a level.</summary>
    public static string Shown(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(Indented(write, '\t', 1)) + "\n";
}
