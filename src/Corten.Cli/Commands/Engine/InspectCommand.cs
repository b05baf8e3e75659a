using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;
using Corten.Oci.Errors;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Engine;

/// <summary>Shows all that the engine knows of objects of any kind, looked for as containers, images, networks, volumes, in that order.</summary>
internal static class InspectCommand
{
    private static readonly string[] Kinds = ["container", "image", "network", "volume", "plugin"];

    public static Command Define() => new("[OPTIONS] NAME|ID [NAME|ID...]", "Return low-level information on Docker objects")
    {
        Min = 1,
        Options =
        [
            FormatOption.Inspect(),
            Flag("size", 's', "Show sizes, of containers"),
            Text("type", "Look among objects of this kind only") with { Choices = Kinds },
        ],
        Run = Run,
        Completes = Completion.Objects,
        Paths = ["inspect"],
    };

    private static int Run(Invocation call)
    {
        var kind = call.Text("type");
        if (call.Has("type") && Array.IndexOf(Kinds, kind) < 0)
        {
            throw new CommandException(kind.Length == 0 ? "type is empty: must be one of \"config\", \"container\", \"image\", \"network\", \"node\", \"plugin\", \"secret\", \"service\", \"task\", \"volume\""
                : $"unknown type: {GoQuote.Quote(kind)}: must be one of \"config\", \"container\", \"image\", \"network\", \"node\", \"plugin\", \"secret\", \"service\", \"task\", \"volume\"");
        }
        return Inspector.Print(call, call.Args, name => Find(call, name, kind));
    }

    private static (JsonElement Element, GoType? Type) Find(Invocation call, string name, string kind)
    {
        foreach (var candidate in kind.Length > 0 ? [kind] : Kinds)
        {
            try
            {
                return Find(call, name, candidate, call.Flag("size"));
            }
            catch (EngineException refused) when (kind.Length == 0 && refused.Kind is ErrorKind.NotFound or ErrorKind.NotImplemented)
            {
                // Not one of these; perhaps of the next kind.
            }
        }
        throw new CommandException($"Error: No such object: {name}");
    }

    private static (JsonElement Element, GoType? Type) Find(Invocation call, string name, string kind, bool size)
    {
        switch (kind)
        {
            case "container": return (Containers.InspectCommand.Find(call.Engine, name, size), InspectTypes.Container);
            case "image": return (Images.InspectCommand.Find(call.Engine, name), InspectTypes.Image);
            case "network": return (Networks.InspectCommand.Find(call.Engine, name), InspectTypes.Network);
            case "volume": return (Volumes.InspectCommand.Find(call.Engine, name), InspectTypes.Volume);
            default:
                using (var json = call.Engine.GetJson($"/plugins/{Query.Segment(name)}/json"))
                {
                    return (json.RootElement.Clone(), null);
                }
        }
    }
}
