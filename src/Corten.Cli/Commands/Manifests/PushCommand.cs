using Corten.Cli.Grammar;
using Corten.Cli.Shell;
using Corten.Oci.Image;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Manifests;

/// <summary>Sends a list to its registry; images of other repositories there are made images of the list's, too.</summary>
internal static class PushCommand
{
    public static Command Define() => new("[OPTIONS] MANIFEST_LIST", "Push a manifest list to a repository")
    {
        Min = 1,
        Max = 1,
        Options = [ManifestCommands.Insecure, Flag("purge", 'p', "Remove the list here once it is pushed")],
        Run = Run,
    };

    private static int Run(Invocation call)
    {
        var list = ManifestCommands.Name(call.Args[0], "manifest list");
        var store = new ManifestStore(call);
        var entries = store.List(list) ?? throw new CommandException($"No such manifest: {list.Familiar}");
        if (entries.Count == 0)
        {
            throw new CommandException($"{list.Familiar} not found");
        }
        using var registry = new RegistryClient(call, list, call.Flag("insecure"));
        foreach (var entry in entries)
        {
            Bring(call, registry, list, entry);
        }
        var (mediaType, content) = ManifestEntry.List(entries);
        registry.Put(ManifestCommands.TagOrDigest(list), mediaType, content);
        if (call.Flag("purge"))
        {
            store.Remove(list);
        }
        call.Out.Write($"{Digest.Of(content)}\n");
        return 0;
    }

    private static void Bring(Invocation call, RegistryClient registry, ImageReference list, ManifestEntry entry)
    {
        if (entry.Platform is { Architecture: "" } or { Os: "" })
        {
            throw new CommandException($"manifest {entry.Ref} must have an OS and Architecture to be pushed to a registry");
        }
        var image = ImageReference.Parse(entry.Ref);
        if (image.Domain != list.Domain)
        {
            throw new CommandException($"cannot use source images from a different registry than the target image: {image.Domain} != {list.Domain}");
        }
        if (image.Path == list.Path)
        {
            return;
        }
        foreach (var blob in entry.Blobs())
        {
            registry.Mount(blob, image.Path);
        }
        registry.Put(entry.Digest.ToString(), entry.MediaType, entry.Raw);
        call.Out.Write($"Pushed ref {list.FamiliarRepository}@{entry.Digest} with digest: {entry.Digest}\n");
    }
}
