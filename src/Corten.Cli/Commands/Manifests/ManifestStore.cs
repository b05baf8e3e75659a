using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Manifests;

/// <summary>Lists that are being made, in <c>manifests/</c> beside config.json: a folder a list, a file an image, as Docker's client keeps them.</summary>
internal sealed class ManifestStore(Invocation call)
{
    private readonly string root = Path.Combine(call.Config.Directory, "manifests");

    /// <summary>The images of a list, in the order of their files' names; null if there is no such list.</summary>
    public IReadOnlyList<ManifestEntry>? List(ImageReference list)
        => Directory.Exists(Folder(list)) ? [.. Directory.GetFiles(Folder(list)).Order(StringComparer.Ordinal).Select(static file => ManifestEntry.Parse(File.ReadAllBytes(file)))] : null;

    public ManifestEntry? Find(ImageReference list, ImageReference image)
        => File.Exists(FileOf(list, image)) ? ManifestEntry.Parse(File.ReadAllBytes(FileOf(list, image))) : null;

    public void Save(ImageReference list, ImageReference image, ManifestEntry entry)
    {
        Directory.CreateDirectory(Folder(list));
        File.WriteAllBytes(FileOf(list, image), Json.Bytes(entry.Write));
    }

    public void Remove(ImageReference list) => Directory.Delete(Folder(list), recursive: true);

    private string Folder(ImageReference list) => Path.Combine(root, Safe(list));

    private string FileOf(ImageReference list, ImageReference image) => Path.Combine(Folder(list), Safe(image));

    private static string Safe(ImageReference reference) => reference.ToString().Replace(':', '-').Replace('/', '_');
}
