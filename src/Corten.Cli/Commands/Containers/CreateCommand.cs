using Corten.Cli.Grammar;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Containers;

/// <summary>Creates a container without starting it, and prints its ID.</summary>
internal static class CreateCommand
{
    public static Command Define() => new("[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new container")
    {
        Min = 1,
        OptionsEndAtArgument = true,
        Options = RunOptions.Create(),
        Run = Run,
        Completes = Completion.Images,
        CompletesFirstOnly = true,
        ReportsAsRun = true,
        Paths = ["container create", "create"],
    };

    private static int Run(Invocation call)
    {
        call.Out.Write(Creator.Create(call, new CreateRequest(call, detached: false)) + "\n");
        return 0;
    }
}
