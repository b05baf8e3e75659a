using System.Globalization;
using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands.Containers;

/// <summary>Says where a container's ports appear on the host.</summary>
internal static class PortCommand
{
    public static Command Define() => new("CONTAINER [PRIVATE_PORT[/PROTO]]", "List port mappings or a specific mapping for the container")
    {
        Min = 1,
        Max = 2,
        Run = Run,
        Completes = Completion.RunningContainers,
        CompletesFirstOnly = true,
        Paths = ["container port", "port"],
    };

    private static int Run(Invocation call)
    {
        using var json = call.Engine.GetJson($"/containers/{Query.Segment(call.Args[0])}/json");
        var ports = json.RootElement.Get("NetworkSettings").Members("Ports").ToList();
        if (call.Args.Count == 1)
        {
            foreach (var line in ports.SelectMany(static port => Bound(port.Value).Select(bound => $"{port.Name} -> {bound}")).Order(NaturalOrder.Instance))
            {
                call.Out.Write(line + "\n");
            }
            return 0;
        }
        var asked = call.Args[1];
        var slash = asked.IndexOf('/');
        var (number, protocol) = slash < 0 ? (asked, "tcp") : (asked[..slash], asked[(slash + 1)..]);
        if (!ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new CommandException($"Error: invalid port ({number}): strconv.ParseUint: parsing {GoQuote.Quote(number)}: invalid syntax");
        }
        var found = ports.Where(port => port.Name == $"{number}/{protocol}").SelectMany(static port => Bound(port.Value)).ToList();
        if (found.Count == 0)
        {
            throw new CommandException($"Error: No public port '{asked}' published for {call.Args[0]}");
        }
        foreach (var line in found.Order(NaturalOrder.Instance))
        {
            call.Out.Write(line + "\n");
        }
        return 0;
    }

    private static IEnumerable<string> Bound(JsonElement bindings)
        => bindings.ValueKind == JsonValueKind.Array
            ? bindings.EnumerateArray().Select(static bound => (Ip: bound.Text("HostIp"), Port: bound.Text("HostPort")))
                .Select(static bound => $"{(bound.Ip.Contains(':') ? $"[{bound.Ip}]" : bound.Ip)}:{bound.Port}")
            : [];
}
