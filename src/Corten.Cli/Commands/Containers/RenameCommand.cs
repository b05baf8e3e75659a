using Corten.Cli.Grammar;
using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands.Containers;

/// <summary>Gives a container another name.</summary>
internal static class RenameCommand
{
    public static Command Define() => new("CONTAINER NEW_NAME", "Rename a container")
    {
        Min = 2,
        Max = 2,
        Run = Run,
        Completes = Completion.Containers,
        CompletesFirstOnly = true,
        Paths = ["container rename", "rename"],
    };

    private static int Run(Invocation call)
    {
        var (old, fresh) = (call.Args[0].Trim(), call.Args[1].Trim());
        if (old.Length == 0 || fresh.Length == 0)
        {
            throw new CommandException("Error: Neither old nor new names may be empty");
        }
        try
        {
            call.Engine.Do("POST", new Query($"/containers/{Query.Segment(old)}/rename").Add("name", fresh).ToString());
            return 0;
        }
        catch (EngineException refused)
        {
            throw new CommandException($"Error response from daemon: {refused.Message}\nError: failed to rename container named {old}");
        }
    }
}
