using Corten.Cli.Grammar;

namespace Corten.Cli.Commands.Containers;

/// <summary>Freezes every process of containers, and thaws them.</summary>
internal static class PauseCommand
{
    public static Command Define() => Define("pause", "Pause all processes within one or more containers", Completion.RunningContainers);

    public static Command DefineUnpause() => Define("unpause", "Unpause all processes within one or more containers", Completion.PausedContainers);

    private static Command Define(string verb, string summary, Completion completes) => new("CONTAINER [CONTAINER...]", summary)
    {
        Min = 1,
        Run = call => EachName.Run(call, (name, segment) =>
        {
            call.Engine.Do("POST", $"/containers/{segment}/{verb}");
            return name;
        }, parallel: true),
        Completes = completes,
        Paths = [$"container {verb}", verb],
    };
}
