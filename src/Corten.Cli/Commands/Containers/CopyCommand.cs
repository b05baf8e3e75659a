using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Copies files between a container and this machine.</summary>
internal static class CopyCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n[OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
        "Copy files/folders between a container and the local filesystem")
    {
        Min = 2,
        Max = 2,
        Options =
        [
            Flag("archive", 'a', "Keep owners, by their numbers"),
            Flag("follow-link", 'L', "Copy what a symbolic link in SRC_PATH points at"),
            Flag("quiet", 'q', "Do not say what was copied; implied where no terminal is attached"),
        ],
        Run = Run,
        Completes = Completion.Containers,
        Paths = ["container cp", "cp"],
        Details = "With '-' as the source, a tar archive from stdin is unpacked in a folder of the container.\n"
            + "With '-' as the destination, what is in the container goes to stdout as a tar archive.",
    };

    private static int Run(Invocation call)
    {
        var (source, target) = (Split(call.Args[0]), Split(call.Args[1]));
        if (source.Path.Length == 0)
        {
            throw new CommandException("source can not be empty");
        }
        if (target.Path.Length == 0)
        {
            throw new CommandException("destination can not be empty");
        }
        if (source.Container.Length > 0 && target.Container.Length > 0)
        {
            throw new CommandException("copying between containers is not supported");
        }
        if (source.Container.Length == 0 && target.Container.Length == 0)
        {
            throw new CommandException("must specify at least one container source");
        }
        return source.Container.Length > 0 ? CopyFrom.Run(call, source.Container, source.Path, target.Path) : CopyTo.Run(call, source.Path, target.Container, target.Path);
    }

    /// <summary><c>CONTAINER:PATH</c>; a colon after a slash, or after a leading dot, belongs to a file's name.</summary>
    private static (string Container, string Path) Split(string argument)
    {
        if (argument.StartsWith('/'))
        {
            return ("", argument);
        }
        var colon = argument.IndexOf(':');
        return colon < 0 || argument.StartsWith('.') ? ("", argument) : (argument[..colon], argument[(colon + 1)..]);
    }

    /// <summary>Says what was copied, to someone who sits before a terminal.</summary>
    public static void Tell(Invocation call, long bytes, string where)
    {
        if (!call.Flag("quiet") && Corten.Linux.Terminals.TerminalMode.IsTerminal(2))
        {
            call.Err.Write($"Successfully copied {ByteSize.Human(bytes)} to {where}\n");
        }
    }
}
