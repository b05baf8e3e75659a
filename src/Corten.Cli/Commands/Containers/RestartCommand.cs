using Corten.Cli.Grammar;

namespace Corten.Cli.Commands.Containers;

/// <summary>Stops containers and starts them again.</summary>
internal static class RestartCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER [CONTAINER...]", "Restart one or more containers")
    {
        Min = 1,
        Options = StopCommand.Options(),
        Run = static call => EachName.Run(call, (name, segment) =>
        {
            call.Engine.Do("POST", StopCommand.Path(call, segment, "restart"));
            return name;
        }, parallel: true),
        Completes = Completion.Containers,
        Paths = ["container restart", "restart"],
    };
}
