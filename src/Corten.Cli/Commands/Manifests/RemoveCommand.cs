using Corten.Cli.Grammar;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Manifests;

/// <summary>Forgets lists that are being made; registries keep what was pushed.</summary>
internal static class RemoveCommand
{
    public static Command Define() => new("MANIFEST_LIST [MANIFEST_LIST...]", "Delete one or more manifest lists from local storage")
    {
        Min = 1,
        Run = Run,
    };

    private static int Run(Invocation call)
    {
        var store = new ManifestStore(call);
        var wrong = new List<string>();
        foreach (var name in call.Args)
        {
            var list = ManifestCommands.Name(name, "manifest list");
            if (store.List(list) is null)
            {
                wrong.Add($"No such manifest: {list.Familiar}");
            }
            else
            {
                store.Remove(list);
            }
        }
        return wrong.Count == 0 ? 0 : throw new CommandException(string.Join('\n', wrong));
    }
}
