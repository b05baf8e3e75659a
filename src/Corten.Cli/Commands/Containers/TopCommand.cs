using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands.Containers;

/// <summary>Lists the processes of a container, as ps sees them.</summary>
internal static class TopCommand
{
    public static Command Define() => new("CONTAINER [ps OPTIONS]", "Display the running processes of a container")
    {
        Min = 1,
        OptionsEndAtArgument = true,
        Run = Run,
        Completes = Completion.RunningContainers,
        CompletesFirstOnly = true,
        Paths = ["container top", "top"],
    };

    private static int Run(Invocation call)
    {
        var options = string.Join(' ', call.Args.Skip(1));
        using var json = call.Engine.GetJson(new Query($"/containers/{Query.Segment(call.Args[0])}/top").AddIf("ps_args", options).ToString());
        var table = new TabWriter(call.Out, minimum: 20);
        table.WriteLine(string.Join('\t', json.RootElement.Texts("Titles")));
        foreach (var process in json.RootElement.Items("Processes"))
        {
            table.WriteLine(string.Join('\t', process.EnumerateArray().Select(static cell => cell.GetString())));
        }
        table.Flush();
        return 0;
    }
}
