using System.Text.Json;
using Corten.Cli.Commands.Containers;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Volumes;

/// <summary>Makes a volume and prints its name.</summary>
internal static class CreateCommand
{
    public static Command Define() => new("[OPTIONS] [VOLUME]", "Create a volume")
    {
        Max = 1,
        Options =
        [
            Text("driver", 'd', "Driver of the volume") with { Default = "local" },
            List("label", "Label of the volume", OptionCheck.Label),
            Text("name", "Name of the volume") with { Hidden = true },
            Map("opt", 'o', "Option of the driver"),
        ],
        Run = Run,
        Completes = Completion.Nothing,
        Paths = ["volume create"],
    };

    private static int Run(Invocation call)
    {
        if (call.Args.Count == 1 && call.Has("name"))
        {
            throw new CommandException("conflicting options: cannot specify a volume-name through both --name and as a positional arg");
        }
        var name = call.Args.Count == 1 ? call.Args[0] : call.Text("name");
        var body = Json.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("Driver", call.Text("driver"));
            WriteMapIf(writer, "DriverOpts", call.List("opt"));
            WriteMapIf(writer, "Labels", call.List("label"));
            if (name.Length > 0)
            {
                writer.WriteString("Name", name);
            }
            writer.WriteEndObject();
        });
        using var json = call.Engine.PostJson("/volumes/create", body);
        call.Out.Write(json.RootElement.Text("Name") + "\n");
        return 0;
    }

    private static void WriteMapIf(Utf8JsonWriter writer, string member, IReadOnlyList<string> words)
    {
        if (words.Count > 0)
        {
            ConfigWriter.WriteMap(writer, member, ConfigWriter.Map(words));
        }
    }
}
