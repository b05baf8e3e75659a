using Corten.Cli.Grammar;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Sends a signal, SIGKILL unless told otherwise, to containers that run.</summary>
internal static class KillCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER [CONTAINER...]", "Kill one or more running containers")
    {
        Min = 1,
        Options = [Text("signal", 's', "Signal to send to the container") with { Choices = ["SIGHUP", "SIGINT", "SIGKILL", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"] }],
        Run = static call => EachName.Run(call, (name, segment) =>
        {
            call.Engine.Do("POST", new Query($"/containers/{segment}/kill").AddIf("signal", call.Text("signal")).ToString());
            return name;
        }, parallel: true),
        Completes = Completion.RunningContainers,
        Paths = ["container kill", "kill"],
    };
}
