using System.Text;
using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Oci.Image;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Manifests;

/// <summary>Shows a list, or an image: of lists here first, then of the registry.</summary>
internal static class InspectCommand
{
    public static Command Define() => new("[OPTIONS] [MANIFEST_LIST] MANIFEST", "Display an image manifest, or manifest list")
    {
        Min = 1,
        Max = 2,
        Options = [ManifestCommands.Insecure, Flag("verbose", 'v', "Show descriptors and the manifests themselves, too")],
        Run = Run,
    };

    private static int Run(Invocation call)
    {
        var image = ManifestCommands.Name(call.Args[^1], "manifest");
        var store = new ManifestStore(call);
        if (call.Args.Count == 2)
        {
            var list = ManifestCommands.Name(call.Args[0], "manifest list");
            Show(call, store.Find(list, image) ?? throw new CommandException($"No such manifest: {image.Familiar}"));
        }
        else if (store.List(image) is { } entries)
        {
            Show(call, entries);
        }
        else
        {
            using var registry = new RegistryClient(call, image, call.Flag("insecure"));
            var found = registry.Manifest(ManifestCommands.TagOrDigest(image)) ?? throw new CommandException($"no such manifest: {image.Familiar}");
            if (ManifestCommands.IsList(found.MediaType))
            {
                Show(call, Listed(registry, image, found.Content));
            }
            else
            {
                Show(call, ManifestEntry.Fetch(registry, image.ToString(), found));
            }
        }
        return 0;
    }

    private static List<ManifestEntry> Listed(RegistryClient registry, ImageReference image, byte[] content)
    {
        using var document = JsonDocument.Parse(content);
        var entries = new List<ManifestEntry>();
        foreach (var descriptor in document.RootElement.Items("manifests"))
        {
            var digest = descriptor.Text("digest");
            var found = registry.Manifest(digest) ?? throw new CommandException($"no such manifest: {image.FamiliarRepository}@{digest}");
            entries.Add(ManifestEntry.Fetch(registry, $"{image}@{digest}", found, ManifestPlatform.Of(descriptor.Get("platform"))));
        }
        return entries;
    }

    private static void Show(Invocation call, ManifestEntry entry)
    {
        if (call.Flag("verbose"))
        {
            call.Out.Write(ManifestEntry.Shown(entry.Write));
            return;
        }
        using var document = JsonDocument.Parse(entry.Raw);
        call.Out.Write(ManifestEntry.Shown(document.RootElement.WriteTo));
    }

    private static void Show(Invocation call, IReadOnlyList<ManifestEntry> entries)
    {
        if (!call.Flag("verbose"))
        {
            call.Out.Write(Encoding.UTF8.GetString(ManifestEntry.List(entries).Content) + "\n");
            return;
        }
        call.Out.Write(ManifestEntry.Shown(writer =>
        {
            writer.WriteStartArray();
            foreach (var entry in entries)
            {
                entry.Write(writer);
            }
            writer.WriteEndArray();
        }));
    }
}
