using System.Text.Json;
using Corten.Cli.Output;

namespace Corten.Cli.Commands.Images;

/// <summary><c>images --tree</c>: each image, and beneath it the platforms that it has here.</summary>
internal static class ImageTree
{
    public static void Print(TextWriter output, JsonElement images)
    {
        var table = new TabWriter(output);
        table.WriteLine("IMAGE\tID\tDISK USAGE\tCONTENT SIZE\tEXTRA");
        foreach (var image in images.EnumerateArray())
        {
            var manifests = image.Items("Manifests").Where(static manifest => manifest.Text("Kind") == "image").ToList();
            var content = manifests.Sum(static manifest => manifest.Get("Size").Int("Content"));
            var total = manifests.Count == 0 ? image.Int("Size") : manifests.Sum(static manifest => manifest.Get("Size").Int("Total"));
            var names = image.Texts("RepoTags").DefaultIfEmpty("<untagged>");
            var used = image.Int("Containers") > 0 ? "U" : "";
            foreach (var name in names)
            {
                table.WriteLine($"{name}\t{Ellipsis.ShortId(image.Text("Id"))}\t{ByteSize.Human(total)}\t{ByteSize.Human(content)}\t{used}");
            }
            for (var i = 0; i < manifests.Count; i++)
            {
                var (manifest, size) = (manifests[i], manifests[i].Get("Size"));
                var platform = manifest.Get("ImageData", "Platform");
                var variant = platform.Text("variant") is { Length: > 0 } text ? "/" + text : "";
                var inUse = manifest.Get("ImageData").Items("Containers").Any() ? "U" : "";
                table.WriteLine($"{(i == manifests.Count - 1 ? "└─" : "├─")} {platform.Text("os")}/{platform.Text("architecture")}{variant}\t"
                    + $"{Ellipsis.ShortId(manifest.Text("ID"))}\t{ByteSize.Human(size.Int("Total"))}\t{ByteSize.Human(size.Int("Content"))}\t{inUse}");
            }
        }
        table.Flush();
    }
}
