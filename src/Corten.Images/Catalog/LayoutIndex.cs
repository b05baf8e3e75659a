using System.Text.Json;
using Corten.Oci.Image;
using Corten.Storage.Content;

namespace Corten.Images.Catalog;

/// <summary>
/// Keeps <c>content/index.json</c> naming what the catalog does, so that other tools can read the content store as the OCI image layout that it is. The database is
/// what counts: the file is written anew at start, and after a change without waiting for the disk.
/// </summary>
internal sealed class LayoutIndex
{
    private readonly ImageCatalog _catalog;
    private readonly ContentStore _content;
    private readonly Lock _writing = new();

    public LayoutIndex(ImageCatalog catalog, ContentStore content)
    {
        (_catalog, _content) = (catalog, content);
        Write();
        catalog.Changed += Write;
    }

    private void Write()
    {
        lock (_writing)
        {
            var images = _catalog.List().ToDictionary(image => image.Id);
            var named = _catalog.Names().ToList();
            var entries = named.Where(name => images.ContainsKey(name.Image)).Select(name => Entry(images[name.Image], name.Reference)).ToList();
            var nameless = images.Values.ExceptBy(named.Select(name => name.Image), image => image.Id).OrderBy(image => image.Id.ToString(), StringComparer.Ordinal);
            entries.AddRange(nameless.Select(image => image.Target with { Annotations = null }));
            _content.WriteIndex(JsonSerializer.SerializeToUtf8Bytes(new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = entries }, ImageJson.Plain.ImageIndex));
        }
    }

    /// <summary>By the annotations that containerd and the image-spec name images with.</summary>
    private static Descriptor Entry(ImageRecord image, ImageReference name) => image.Target with
    {
        Annotations = new Dictionary<string, string>
        {
            ["io.containerd.image.name"] = name.ToString(),
            ["org.opencontainers.image.ref.name"] = name.Digest.IsEmpty ? name.Tag ?? "" : name.Digest.ToString(),
        },
    };
}
