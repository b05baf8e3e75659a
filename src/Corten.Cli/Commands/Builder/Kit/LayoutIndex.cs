using System.Text.Json;
using Corten.Cli.Shell;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary>The <c>index.json</c> of an OCI layout here (image-spec, image-layout.md): which of its manifests goes by which name.</summary>
internal static class LayoutIndex
{
    private const string RefName = "org.opencontainers.image.ref.name";
    private const string FullName = "io.containerd.image.name";

    /// <summary>The digest of what has this tag, or of the only one there is; null if there is none.</summary>
    public static Descriptor? Find(string folder, string tag)
    {
        var entries = Read(folder).Manifests;
        return entries.FirstOrDefault(e => e.Annotations?.GetValueOrDefault(RefName) == tag) ?? (entries.Count == 1 ? entries[0] : null);
    }

    /// <summary>Names a manifest; what had the name before loses it. Written beside and moved there, so that no reader sees half of it.</summary>
    public static void Put(string folder, Descriptor target, string tag, string? fullName)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { [RefName] = tag };
        if (fullName is not null)
        {
            annotations[FullName] = fullName;
        }
        var index = Directory.Exists(folder) && File.Exists(Path.Combine(folder, "index.json")) ? Read(folder) : new ImageIndex();
        var kept = index.Manifests.Where(e => e.Annotations?.GetValueOrDefault(RefName) != tag);
        index = index with { MediaType = MediaTypes.OciIndex, Manifests = [.. kept, target with { Annotations = annotations }] };
        Directory.CreateDirectory(folder);
        Write(Path.Combine(folder, "index.json"), JsonSerializer.SerializeToUtf8Bytes(index, ImageJson.Plain.ImageIndex));
        Write(Path.Combine(folder, "oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}"u8.ToArray());
    }

    private static ImageIndex Read(string folder)
    {
        var path = Path.Combine(folder, "index.json");
        if (!File.Exists(path))
        {
            throw new CommandException($"{folder} is no OCI layout: it has no index.json");
        }
        return JsonSerializer.Deserialize(File.ReadAllBytes(path), ImageJson.Default.ImageIndex) ?? new ImageIndex();
    }

    private static void Write(string path, byte[] content)
    {
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllBytes(unfinished, content);
        File.Move(unfinished, path, overwrite: true);
    }
}
