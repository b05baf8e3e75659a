using Corten.Cli.Grammar;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands;

/// <summary><c>help COMMAND</c>: the same as <c>COMMAND --help</c>.</summary>
internal static class HelpCommand
{
    public static Command Define() => new("[command]", "Help about the command") { Run = Run };

    private static int Run(Invocation call)
    {
        var (command, path) = (Root.Define(), Product.Name);
        foreach (var word in call.Args)
        {
            var entry = Array.Find(command.Children, child => child.Is(word)) ?? throw new CommandException($"unknown help topic: {string.Join(' ', call.Args)}");
            command = entry.Define();
            path = $"{path} {entry.Name}";
        }
        Help.Print(call.Out, command, path, call.Session.Width);
        return 0;
    }
}
