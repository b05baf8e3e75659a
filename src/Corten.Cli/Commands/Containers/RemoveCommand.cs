using Corten.Cli.Grammar;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Removes containers.</summary>
internal static class RemoveCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER [CONTAINER...]", "Remove one or more containers")
    {
        Min = 1,
        Options =
        [
            Flag("force", 'f', "Kill a running container and remove it"),
            Flag("link", 'l', "Remove the link only"),
            Flag("volumes", 'v', "Remove the container's anonymous volumes, too"),
        ],
        Run = static call =>
        {
            var force = call.Flag("force");
            return EachName.Run(call, (name, _) =>
            {
                var segment = Query.Segment(name.Trim('/'));
                if (segment.Length == 0)
                {
                    throw new CommandException("container name cannot be empty");
                }
                call.Engine.Do("DELETE", new Query($"/containers/{segment}").AddIf("force", force).AddIf("link", call.Flag("link")).AddIf("v", call.Flag("volumes")).ToString());
                return name;
            }, parallel: true, forgives: force);
        },
        Completes = Completion.Containers,
        Paths = ["container rm", "container remove", "rm"],
    };
}
