using Corten.Cli.Grammar;
using Corten.Cli.Shell;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Manifests;

/// <summary>Begins a list of images that registries have.</summary>
internal static class CreateCommand
{
    public static Command Define() => new("MANIFEST_LIST MANIFEST [MANIFEST...]", "Create a local manifest list for annotating and pushing to a registry")
    {
        Min = 2,
        Options = [Flag("amend", 'a', "Add to a list that exists"), ManifestCommands.Insecure],
        Run = Run,
    };

    private static int Run(Invocation call)
    {
        var list = ManifestCommands.Name(call.Args[0], "manifest list");
        var store = new ManifestStore(call);
        if (store.List(list) is not null && !call.Flag("amend"))
        {
            throw new CommandException("refusing to amend an existing manifest list with no --amend flag");
        }
        foreach (var name in call.Args.Skip(1))
        {
            var image = ManifestCommands.Name(name, "manifest");
            if (store.Find(list, image) is null)
            {
                store.Save(list, image, Fetch(call, image, name));
            }
        }
        call.Out.Write($"Created manifest list {list.Familiar}\n");
        return 0;
    }

    private static ManifestEntry Fetch(Invocation call, Oci.Image.ImageReference image, string name)
    {
        using var registry = new RegistryClient(call, image, call.Flag("insecure"));
        var found = registry.Manifest(ManifestCommands.TagOrDigest(image)) ?? throw new CommandException($"no such manifest: {image.Familiar}");
        return ManifestCommands.IsList(found.MediaType) ? throw new CommandException($"{name} is a manifest list") : ManifestEntry.Fetch(registry, image.ToString(), found);
    }
}
