using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;

namespace Corten.Cli.Commands.Containers;

/// <summary>Lists the files of a container that differ from its image's.</summary>
internal static class DiffCommand
{
    private static readonly string[] Kinds = ["C", "A", "D"];

    public static Command Define() => new("CONTAINER", "Inspect changes to files or directories on a container's filesystem")
    {
        Min = 1,
        Max = 1,
        Run = Run,
        Completes = Completion.Containers,
        Paths = ["container diff", "diff"],
    };

    private static int Run(Invocation call)
    {
        using var json = call.Engine.GetJson($"/containers/{Query.Segment(call.Args[0])}/changes");
        if (json.RootElement.ValueKind != JsonValueKind.Array)
        {
            return 0;
        }
        foreach (var change in json.RootElement.EnumerateArray())
        {
            var kind = change.Int("Kind");
            call.Out.Write($"{(kind is >= 0 and < 3 ? Kinds[kind] : "?")} {change.Text("Path")}\n");
        }
        return 0;
    }
}
