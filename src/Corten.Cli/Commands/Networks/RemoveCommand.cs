using Corten.Cli.Grammar;
using Corten.Client;
using Corten.Oci.Errors;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Networks;

/// <summary>Removes networks.</summary>
internal static class RemoveCommand
{
    public static Command Define() => new("NETWORK [NETWORK...]", "Remove one or more networks")
    {
        Min = 1,
        Options = [Flag("force", 'f', "Do not fail if the network does not exist")],
        Run = static call => EachName.Run(call, (name, segment) =>
        {
            try
            {
                call.Engine.Do("DELETE", $"/networks/{segment}");
                return name;
            }
            catch (EngineException refused) when (call.Flag("force") && refused.Kind == ErrorKind.NotFound)
            {
                return null;
            }
        }),
        Completes = Completion.Networks,
        Paths = ["network rm", "network remove"],
    };
}
