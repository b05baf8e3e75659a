using Corten.Cli.Attach;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Prints what a container wrote, on the streams that it wrote to.</summary>
internal static class LogsCommand
{
    private const string Raw = "application/vnd.docker.raw-stream";

    public static Command Define() => new("[OPTIONS] CONTAINER", "Fetch the logs of a container")
    {
        Min = 1,
        Max = 1,
        Options =
        [
            Flag("details", "Show the attributes that were recorded with each line"),
            Flag("follow", 'f', "Go on printing what is written"),
            Text("since", "From this time on (2013-01-02T13:23:37Z) or so long ago (42m for 42 minutes)"),
            Text("tail", 'n', "Number of lines from the end") with { Default = "all" },
            Flag("timestamps", 't', "Show the time of each line"),
            Text("until", "Up to this time (2013-01-02T13:23:37Z) or so long ago (42m for 42 minutes)"),
        ],
        Run = Run,
        Completes = Completion.Containers,
        Paths = ["container logs", "logs"],
    };

    private static int Run(Invocation call)
    {
        var query = new Query($"/containers/{Query.Segment(call.Args[0])}/logs").AddIf("details", call.Flag("details")).AddIf("follow", call.Flag("follow"))
            .AddIf("since", TimeArgument.Read(call.Text("since"), "since")).Add("stderr", "1").Add("stdout", "1").Add("tail", call.Text("tail"))
            .AddIf("timestamps", call.Flag("timestamps")).AddIf("until", TimeArgument.Read(call.Text("until"), "until"));
        using var response = call.Engine.Send(new EngineRequest("GET", query.ToString()));
        call.Session.Flush();
        OutputCopy.Run(response.Body, framed: response.Header("Content-Type") != Raw, call.Session.OutBytes, call.Session.ErrBytes);
        return 0;
    }
}
