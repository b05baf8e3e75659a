using Corten.Cli.Commands.Containers;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Networks;

/// <summary>Connects a container to a further network, and takes it off one.</summary>
internal static class ConnectCommand
{
    public static Command Define() => new("[OPTIONS] NETWORK CONTAINER", "Connect a container to a network")
    {
        Min = 2,
        Max = 2,
        Options =
        [
            Csv("alias", "Further name of the container on the network"),
            Csv("driver-opt", "Option of the network's driver"),
            Int("gw-priority", "The network with the highest gives the container's default gateway"),
            Text("ip", "IPv4 address (such as 172.30.100.104)"),
            Text("ip6", "IPv6 address (such as 2001:db8::33)"),
            List("link", "Make another container reachable by a name", OptionCheck.Link),
            Csv("link-local-ip", "Link-local address of the container"),
        ],
        Run = Run,
        Completes = Completion.Networks,
        Paths = ["network connect"],
    };

    public static Command DefineDisconnect() => new("[OPTIONS] NETWORK CONTAINER", "Disconnect a container from a network")
    {
        Min = 2,
        Max = 2,
        Options = [Flag("force", 'f', "Disconnect the container although it is gone")],
        Run = Disconnect,
        Completes = Completion.Networks,
        Paths = ["network disconnect"],
    };

    private static int Run(Invocation call)
    {
        var endpoint = new NetworkArgument { IPv4 = call.Text("ip"), IPv6 = call.Text("ip6"), GatewayPriority = call.Int("gw-priority") };
        endpoint.Aliases.AddRange(call.List("alias"));
        endpoint.Links.AddRange(call.List("link"));
        endpoint.LinkLocal.AddRange(call.List("link-local-ip"));
        foreach (var word in call.List("driver-opt"))
        {
            var pair = word.Split('=', 2);
            endpoint.DriverOptions[pair[0]] = pair.Length > 1 ? pair[1] : throw new CommandException("invalid key/value pair format in driver options");
        }
        var body = Json.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("Container", call.Args[1]);
            writer.WritePropertyName("EndpointConfig");
            endpoint.WriteTo(writer, empty: true);
            writer.WriteEndObject();
        });
        call.Engine.Do("POST", $"/networks/{Query.Segment(call.Args[0])}/connect", body);
        return 0;
    }

    private static int Disconnect(Invocation call)
    {
        var body = Json.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("Container", call.Args[1]);
            writer.WriteBoolean("Force", call.Flag("force"));
            writer.WriteEndObject();
        });
        call.Engine.Do("POST", $"/networks/{Query.Segment(call.Args[0])}/disconnect", body);
        return 0;
    }
}
