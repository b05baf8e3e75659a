using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Volumes;

/// <summary>Changes a cluster volume. There are none without a swarm, so it says of each volume that it is another kind.</summary>
internal static class UpdateCommand
{
    public static Command Define() => new("[OPTIONS] VOLUME", "Update a volume (cluster volumes only)")
    {
        Min = 1,
        Max = 1,
        Options = [Text("availability", "Cluster volume availability") with { Default = "active" }],
        Run = Run,
        Completes = Completion.Volumes,
    };

    private static int Run(Invocation call)
    {
        var volume = InspectCommand.Find(call.Engine, call.Args[0]);
        throw new CommandException($"can only update cluster volumes, and {volume.Text("Name")} is not one");
    }
}
