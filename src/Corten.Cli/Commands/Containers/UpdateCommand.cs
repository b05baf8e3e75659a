using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Changes the limits and the restart policy of containers.</summary>
internal static class UpdateCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER [CONTAINER...]", "Update configuration of one or more containers")
    {
        Min = 1,
        Options =
        [
            .. RunOptions.Shared(),
            Bytes("kernel-memory", "Limit of kernel memory") with { Hidden = true },
            Text("restart", "What to do when the container exits") with { Choices = ["no", "always", "unless-stopped", "on-failure"] },
        ],
        Run = Run,
        Completes = Completion.Containers,
        Paths = ["container update", "update"],
    };

    private static int Run(Invocation call)
    {
        if (call.Parsed.Command.Options.All(option => !call.Has(option.Name)))
        {
            throw new CommandException("you must provide one or more flags when using this command");
        }
        var body = Json.Bytes(writer =>
        {
            writer.WriteStartObject();
            ResourcesWriter.Write(writer, call, created: false);
            HostConfigWriter.WriteRestart(writer, call.Text("restart"));
            writer.WriteEndObject();
        });
        var warnings = new List<string>();
        var result = EachName.Run(call, (name, segment) =>
        {
            using var json = call.Engine.PostJson($"/containers/{segment}/update", body);
            warnings.AddRange(json.RootElement.Texts("Warnings"));
            return name;
        });
        foreach (var warning in warnings)
        {
            call.Out.Write(warning + "\n");
        }
        return result;
    }
}
