using Corten.Cli.Grammar;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands;

/// <summary>Docker's commands that work on a notary server without the engine. Each is refused by its name, with what does the same here.</summary>
internal static class UnsupportedCommands
{
    public static Entry[] Trust() =>
    [
        .. new[] { "inspect", "key", "revoke", "sign", "signer" }.Select(static name => new Entry(name, () => Define(
            $"trust {name} is not supported by corten: content trust needs a notary server, which Docker has retired; pull by digest (NAME@sha256:...) to get what you mean"))),
    ];

    private static Command Define(string words) => new("[ARG...]", "Not supported by this client")
    {
        OptionsEndAtArgument = true,
        Run = _ => throw new CommandException(words),
    };
}
