using Corten.Runtime.Operations;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>create</c>: everything but the program; init waits for <c>start</c>, as the child of whoever reaps after us.</summary>
internal static class CreateCommand
{
    public static int Run(RuntimeContext context, OptionSet options)
    {
        var (made, _, _) = new ContainerCreation(context, CreationOptions.From(options, attached: false)).Create(gated: true);
        made.Pidfd.Dispose();
        made.Console?.Dispose();
        return 0;
    }
}
