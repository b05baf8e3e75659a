using System.Net;
using System.Text.Json;
using Corten.Cli.Commands.Containers;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Networks;

/// <summary>Makes a network and prints its ID.</summary>
internal static class CreateCommand
{
    public static Command Define() => new("[OPTIONS] NETWORK", "Create a network")
    {
        Min = 1,
        Max = 1,
        Options =
        [
            Flag("attachable", "Let containers attach themselves"),
            Map("aux-address", "Addresses that the driver uses itself"),
            Text("config-from", "Take the configuration of this network") with { Completes = Completion.Networks },
            Flag("config-only", "Make a configuration that other networks take"),
            Text("driver", 'd', "Driver of the network") with { Default = "bridge", Choices = ["bridge", "macvlan", "ipvlan"] },
            Csv("gateway", "Gateway of the subnet"),
            Flag("ingress", "Make a routing mesh network (swarm only)"),
            Flag("internal", "Keep traffic from and to the outside away"),
            Csv("ip-range", "Take containers' addresses from this part of the subnet"),
            Text("ipam-driver", "Driver that gives out addresses") with { Default = "default" },
            Map("ipam-opt", "Option of that driver"),
            Flag("ipv4", "Give out IPv4 addresses") with { Default = "true" },
            Flag("ipv6", "Give out IPv6 addresses"),
            List("label", "Label of the network", OptionCheck.Label),
            Map("opt", 'o', "Option of the driver"),
            Text("scope", "Scope of the network"),
            Csv("subnet", "Subnet, as address and prefix length"),
        ],
        Run = Run,
        Completes = Completion.Nothing,
        Paths = ["network create"],
    };

    private static int Run(Invocation call)
    {
        var pools = AddressPool.Of(call);
        var body = Json.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("Driver", call.Text("driver"));
            writer.WriteString("Scope", call.Text("scope"));
            foreach (var (option, member) in new[] { ("ipv4", "EnableIPv4"), ("ipv6", "EnableIPv6") })
            {
                if (call.Has(option))
                {
                    writer.WriteBoolean(member, call.Flag(option));
                }
            }
            writer.WriteStartObject("IPAM");
            writer.WriteString("Driver", call.Text("ipam-driver"));
            ConfigWriter.WriteMap(writer, "Options", ConfigWriter.Map(call.List("ipam-opt")));
            writer.WriteStartArray("Config");
            pools.ForEach(pool => pool.WriteTo(writer));
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteBoolean("Internal", call.Flag("internal"));
            writer.WriteBoolean("Attachable", call.Flag("attachable"));
            writer.WriteBoolean("Ingress", call.Flag("ingress"));
            writer.WriteBoolean("ConfigOnly", call.Flag("config-only"));
            WriteSource(writer, call.Text("config-from"));
            ConfigWriter.WriteMap(writer, "Options", ConfigWriter.Map(call.List("opt")));
            ConfigWriter.WriteMap(writer, "Labels", ConfigWriter.Map(call.List("label")));
            writer.WriteString("Name", call.Args[0]);
            writer.WriteEndObject();
        });
        using var json = call.Engine.PostJson("/networks/create", body);
        if (json.RootElement.Text("Warning") is { Length: > 0 } warning)
        {
            call.Err.Write($"WARNING: {warning}\n");
        }
        call.Out.Write(json.RootElement.Text("Id") + "\n");
        return 0;
    }

    private static void WriteSource(Utf8JsonWriter writer, string network)
    {
        if (network.Length == 0)
        {
            writer.WriteNull("ConfigFrom");
            return;
        }
        writer.WriteStartObject("ConfigFrom");
        writer.WriteString("Network", network);
        writer.WriteEndObject();
    }

    /// <summary>A subnet with the range, the gateway and the addresses that lie in it.</summary>
    private sealed record AddressPool(string Subnet)
    {
        public string Range { get; private set; } = "";

        public string Gateway { get; private set; } = "";

        public SortedDictionary<string, string> Reserved { get; } = new(StringComparer.Ordinal);

        private bool Contains(string address)
            => IPNetwork.TryParse(Masked(Subnet), out var network) && IPAddress.TryParse(address.Split('/')[0], out var parsed)
                && parsed.AddressFamily == network.BaseAddress.AddressFamily && network.Contains(parsed);

        public static List<AddressPool> Of(Invocation call)
        {
            var (subnets, ranges, gateways) = (call.List("subnet"), call.List("ip-range"), call.List("gateway"));
            if (subnets.Count < ranges.Count || subnets.Count < gateways.Count)
            {
                throw new CommandException("every ip-range or gateway must have a corresponding subnet");
            }
            var pools = new List<AddressPool>();
            foreach (var subnet in subnets)
            {
                var pool = new AddressPool(subnet);
                if (pools.Exists(other => other.Contains(subnet) || pool.Contains(other.Subnet)))
                {
                    throw new CommandException("multiple overlapping subnet configuration is not supported");
                }
                pools.Add(pool);
            }
            foreach (var range in ranges)
            {
                var pool = pools.Find(pool => pool.Contains(range)) ?? throw new CommandException($"no matching subnet for range {range}");
                pool.Range = pool.Range.Length == 0 ? range : throw new CommandException($"cannot configure multiple ranges ({range}, {pool.Range}) on the same subnet ({pool.Subnet})");
            }
            foreach (var gateway in gateways)
            {
                var pool = pools.Find(pool => pool.Contains(gateway)) ?? throw new CommandException($"no matching subnet for gateway {gateway}");
                pool.Gateway = pool.Gateway.Length == 0 ? gateway : throw new CommandException($"cannot configure multiple gateways ({gateway}, {pool.Gateway}) for the same subnet ({pool.Subnet})");
            }
            foreach (var (name, address) in ConfigWriter.Map(call.List("aux-address")))
            {
                var pool = pools.Find(pool => pool.Contains(address)) ?? throw new CommandException($"no matching subnet for aux-address {address}");
                pool.Reserved[name] = address;
            }
            return pools;
        }

        /// <summary>The network that an address with a prefix length lies in: 10.0.0.5/24 is 10.0.0.0/24 to us, and the engine's to judge.</summary>
        private static string Masked(string subnet)
        {
            var slash = subnet.IndexOf('/');
            if (slash < 0 || !IPAddress.TryParse(subnet[..slash], out var address) || !int.TryParse(subnet[(slash + 1)..], out var length) || length < 0)
            {
                return "";
            }
            var bytes = address.GetAddressBytes();
            for (var bit = length; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
            }
            return $"{new IPAddress(bytes)}/{length}";
        }

        public void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("Subnet", Subnet);
            if (Range.Length > 0)
            {
                writer.WriteString("IPRange", Range);
            }
            if (Gateway.Length > 0)
            {
                writer.WriteString("Gateway", Gateway);
            }
            if (Reserved.Count > 0)
            {
                ConfigWriter.WriteMap(writer, "AuxiliaryAddresses", Reserved);
            }
            writer.WriteEndObject();
        }
    }
}
