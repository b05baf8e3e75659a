using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Writes a container's file system as a tar archive.</summary>
internal static class ExportCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER", "Export a container's filesystem as a tar archive")
    {
        Min = 1,
        Max = 1,
        Options = [Text("output", 'o', "Write to a file, instead of STDOUT")],
        Run = Run,
        Completes = Completion.Containers,
        Paths = ["container export", "export"],
    };

    private static int Run(Invocation call)
    {
        using var target = StreamTarget.Open(call, "output", "export container");
        using var response = call.Engine.Send(new EngineRequest("GET", $"/containers/{Query.Segment(call.Args[0])}/export"));
        target.CopyFrom(response.Body);
        return 0;
    }
}
