using Corten.Cli.Grammar;
using Corten.Cli.Output;

namespace Corten.Cli.Commands.Containers;

/// <summary>Waits until containers stop, and prints their exit codes.</summary>
internal static class WaitCommand
{
    public static Command Define() => new("CONTAINER [CONTAINER...]", "Block until one or more containers stop, then print their exit codes")
    {
        Min = 1,
        Run = static call => EachName.Run(call, (_, segment) =>
        {
            using var json = call.Engine.PostJson($"/containers/{segment}/wait");
            return $"{json.RootElement.Int("StatusCode")}";
        }),
        Completes = Completion.RunningContainers,
        Paths = ["container wait", "wait"],
    };
}
