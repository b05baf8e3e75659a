using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Oci.Errors;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Images;

/// <summary>Removes names of images, and the images that no name is left of.</summary>
internal static class RemoveCommand
{
    public static Command Define() => new("[OPTIONS] IMAGE [IMAGE...]", "Remove one or more images")
    {
        Min = 1,
        Options =
        [
            Flag("force", 'f', "Remove the image although containers that are stopped use it, or it has several names"),
            Flag("no-prune", "Keep parents that have no name"),
            Csv("platform", "Remove these platforms only"),
        ],
        Run = Run,
        Completes = Completion.Images,
        Paths = ["image rm", "image remove", "rmi"],
    };

    private static int Run(Invocation call)
    {
        var failures = new List<string>();
        var fatal = false;
        foreach (var name in call.Args)
        {
            var query = new Query($"/images/{Query.Segment(name)}").AddIf("force", call.Flag("force")).AddIf("noprune", call.Flag("no-prune"));
            foreach (var platform in call.List("platform"))
            {
                query.Add("platforms", PlatformOption.JsonOf(platform));
            }
            try
            {
                using var json = JsonDocument.Parse(call.Engine.Send(new EngineRequest("DELETE", query.ToString())).ReadBytes());
                foreach (var item in json.RootElement.EnumerateArray())
                {
                    call.Out.Write(item.Text("Deleted") is { Length: > 0 } deleted ? $"Deleted: {deleted}\n" : $"Untagged: {item.Text("Untagged")}\n");
                }
            }
            catch (EngineException refused)
            {
                failures.Add("Error response from daemon: " + refused.Message);
                fatal |= refused.Kind != ErrorKind.NotFound;
            }
        }
        if (failures.Count == 0)
        {
            return 0;
        }
        return !call.Flag("force") || fatal ? throw new CommandException(string.Join('\n', failures)) : Tell(call, failures);
    }

    /// <summary>With force, an image that is not there is no failure.</summary>
    private static int Tell(Invocation call, List<string> failures)
    {
        call.Session.Flush();
        failures.ForEach(failure => call.Err.Write(failure + "\n"));
        return 0;
    }
}
