using System.Globalization;
using Corten.Cli.Grammar;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Stops containers: their stop signal, a time to end, then SIGKILL.</summary>
internal static class StopCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER [CONTAINER...]", "Stop one or more running containers")
    {
        Min = 1,
        Options = Options(),
        Run = static call => EachName.Run(call, (name, segment) =>
        {
            call.Engine.Do("POST", Path(call, segment, "stop"));
            return name;
        }, parallel: true),
        Completes = Completion.RunningContainers,
        Paths = ["container stop", "stop"],
    };

    public static Option[] Options() =>
    [
        Text("signal", 's', "Signal to send to the container"),
        Int("timeout", 't', "Seconds to wait before killing the container"),
        Int("time", "Seconds to wait before killing the container") with { Hidden = true, SameAs = "timeout", IsDeprecated = true },
    ];

    public static string Path(Invocation call, string segment, string verb)
        => new Query($"/containers/{segment}/{verb}").AddIf("signal", call.Text("signal"))
            .AddIf("t", call.Has("timeout") ? call.Int("timeout").ToString(CultureInfo.InvariantCulture) : "").ToString();
}
