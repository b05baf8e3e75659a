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
            .. OfClusters(),
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
            if (Array.Exists(OfClusters(), option => call.Has(option.Name)))
            {
                WriteCluster(writer, call);
            }
            writer.WriteEndObject();
        });
        using var json = call.Engine.PostJson("/volumes/create", body);
        call.Out.Write(json.RootElement.Text("Name") + "\n");
        return 0;
    }

    /// <summary>What volumes of a swarm have: an engine that is in none refuses them.</summary>
    private static Option[] OfClusters() =>
    [
        Text("availability", "Availability (swarm)") with { Hidden = true, Default = "active" }, Text("group", "Group (swarm)") with { Hidden = true },
        Bytes("limit-bytes", "Largest size (swarm)") with { Hidden = true }, Bytes("required-bytes", "Smallest size (swarm)") with { Hidden = true },
        Text("scope", "Scope of access (swarm)") with { Hidden = true, Default = "single" }, Map("secret", "Secrets (swarm)") with { Hidden = true },
        Text("sharing", "Sharing of access (swarm)") with { Hidden = true, Default = "none" }, List("topology-preferred", "Preferred topology (swarm)") with { Hidden = true },
        List("topology-required", "Required topology (swarm)") with { Hidden = true }, Text("type", "Type of access (swarm)") with { Hidden = true, Default = "block" },
    ];

    private static void WriteCluster(Utf8JsonWriter writer, Invocation call)
    {
        writer.WriteStartObject("ClusterVolumeSpec");
        writer.WriteString("Group", call.Text("group"));
        writer.WriteStartObject("AccessMode");
        writer.WriteString("Scope", call.Text("scope"));
        writer.WriteString("Sharing", call.Text("sharing"));
        writer.WriteEndObject();
        writer.WriteString("Availability", call.Text("availability"));
        writer.WriteEndObject();
    }

    private static void WriteMapIf(Utf8JsonWriter writer, string member, IReadOnlyList<string> words)
    {
        if (words.Count > 0)
        {
            ConfigWriter.WriteMap(writer, member, ConfigWriter.Map(words));
        }
    }
}
