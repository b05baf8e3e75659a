using Corten.Cli.Grammar;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Volumes;

/// <summary>Removes volumes.</summary>
internal static class RemoveCommand
{
    public static Command Define() => new("[OPTIONS] VOLUME [VOLUME...]", "Remove one or more volumes")
    {
        Min = 1,
        Options = [Flag("force", 'f', "Do not fail if the volume does not exist")],
        Run = static call => EachName.Run(call, (name, segment) =>
        {
            call.Engine.Do("DELETE", new Query($"/volumes/{segment}").AddIf("force", call.Flag("force")).ToString());
            return name;
        }),
        Completes = Completion.Volumes,
        Paths = ["volume rm", "volume remove"],
    };
}
