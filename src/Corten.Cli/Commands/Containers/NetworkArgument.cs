using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Containers;

/// <summary>One <c>--network</c>: a name, or <c>name=…,alias=…,ip=…</c>; and what becomes of it in a request.</summary>
internal sealed class NetworkArgument
{
    public string Target { get; private set; } = "default";

    public List<string> Aliases { get; } = [];

    public List<string> Links { get; } = [];

    public List<string> LinkLocal { get; } = [];

    public SortedDictionary<string, string> DriverOptions { get; } = new(StringComparer.Ordinal);

    public string IPv4 { get; set; } = "";

    public string IPv6 { get; set; } = "";

    public string Mac { get; set; } = "";

    public long GatewayPriority { get; set; }

    /// <summary>A network that the user made, where names and links are endpoint settings.</summary>
    public bool IsUserDefined => Target is not ("default" or "bridge" or "host" or "none") && !Target.StartsWith("container:", StringComparison.Ordinal);

    /// <summary>Whether an endpoint has to be described: for the networks of the engine's own a name is enough.</summary>
    public bool HasSettings => IsUserDefined || Target == "default" || Aliases.Count + Links.Count + LinkLocal.Count + DriverOptions.Count > 0
        || IPv4.Length + IPv6.Length + Mac.Length > 0 || GatewayPriority != 0;

    public static string? Check(string value) => Parse(value, out _);

    /// <returns>What is wrong, or null.</returns>
    public static string? Parse(string value, out NetworkArgument network)
    {
        network = new NetworkArgument();
        if (!value.Contains('='))
        {
            network.Target = value;
            return null;
        }
        network.Target = "";
        var fields = Csv.Split(value);
        if (fields is null)
        {
            return "parse error: bare \" in non-quoted-field";
        }
        foreach (var field in fields)
        {
            var pair = field.ToLowerInvariant().Split('=', 2);
            if (pair.Length < 2)
            {
                return $"invalid field {field}";
            }
            var given = field[(field.IndexOf('=') + 1)..].Trim();
            if (network.Set(pair[0].Trim(), given) is { } wrong)
            {
                return wrong;
            }
        }
        return network.Target.Length == 0 ? "network name/id is not specified" : null;
    }

    private string? Set(string key, string value)
    {
        switch (key)
        {
            case "name": Target = value; return null;
            case "alias": Aliases.Add(value); return null;
            case "ip": IPv4 = value; return null;
            case "ip6": IPv6 = value; return null;
            case "mac-address": Mac = value; return null;
            case "link-local-ip": LinkLocal.Add(value); return null;
            case "driver-opt":
                var option = value.Split('=', 2);
                if (option.Length < 2)
                {
                    return "invalid key value pair format in driver options";
                }
                DriverOptions[option[0].Trim().ToLowerInvariant()] = option[1].Trim();
                return null;
            case "gw-priority":
                if (OptionCheck.Number(value) is not { } priority)
                {
                    return $"invalid gw-priority ({value}): strconv.ParseInt: parsing {GoQuote.Quote(value)}: invalid syntax";
                }
                GatewayPriority = priority;
                return null;
            default:
                return $"invalid field key {key}";
        }
    }

    /// <summary>Every network of a run: the first takes what the older options say.</summary>
    public static List<NetworkArgument> All(Invocation call)
    {
        var networks = new List<NetworkArgument>();
        foreach (var value in call.List("network"))
        {
            Parse(value, out var network);
            networks.Add(network);
        }
        if (networks.Count == 0)
        {
            networks.Add(new NetworkArgument());
        }
        networks[0].TakeOptions(call);
        var seen = new HashSet<string>();
        foreach (var network in networks)
        {
            if (!seen.Add(network.Target))
            {
                throw new CommandException($"network {GoQuote.Quote(network.Target)} is specified multiple times", 125);
            }
            if (networks.Count > 1 && !network.IsUserDefined && network.Target is not ("default" or "bridge"))
            {
                throw new CommandException("conflicting options: cannot attach both user-defined and non-user-defined network-modes", 125);
            }
        }
        return networks;
    }

    private void TakeOptions(Invocation call)
    {
        Conflict(Aliases.Count > 0 && call.Has("network-alias"), "--network-alias", "alias");
        Conflict(IPv4.Length > 0 && call.Has("ip"), "--ip", "IPv4 address");
        Conflict(IPv6.Length > 0 && call.Has("ip6"), "--ip6", "IPv6 address");
        Conflict(Mac.Length > 0 && call.Has("mac-address"), "--mac-address", "MAC address");
        Conflict(LinkLocal.Count > 0 && call.Has("link-local-ip"), "--link-local-ip", "link-local IP addresses");
        Aliases.AddRange(call.List("network-alias"));
        LinkLocal.AddRange(call.List("link-local-ip"));
        if (Aliases.Count > 0 && !IsUserDefined)
        {
            throw new CommandException("network-scoped aliases are only supported for user-defined networks", 125);
        }
        if (IsUserDefined)
        {
            Links.AddRange(call.List("link"));
        }
        IPv4 = call.Has("ip") ? call.Text("ip") : IPv4;
        IPv6 = call.Has("ip6") ? call.Text("ip6") : IPv6;
        Mac = call.Has("mac-address") ? call.Text("mac-address") : Mac;
        if (Mac.Length > 0 && !IsMac(Mac))
        {
            throw new CommandException($"{Mac} is not a valid mac address", 125);
        }
    }

    /// <summary>Six pairs of digits, or more for other kinds of links, with one kind of mark between them.</summary>
    private static bool IsMac(string text)
        => text.Length is 17 or 23 or 59 && text.Where((c, i) => i % 3 == 2 ? c != text[2] || c is not (':' or '-') : !char.IsAsciiHexDigit(c)).Any() == false;

    private static void Conflict(bool both, string option, string what)
    {
        if (both)
        {
            throw new CommandException($"conflicting options: cannot specify both {option} and per-network {what}", 125);
        }
    }

    /// <summary>The endpoint settings of a request.</summary>
    /// <param name="empty">Write empty lists and objects, as <c>network connect</c> does, rather than null.</param>
    public void WriteTo(Utf8JsonWriter writer, bool empty = false)
    {
        writer.WriteStartObject();
        if (IPv4.Length + IPv6.Length + LinkLocal.Count > 0 || empty)
        {
            writer.WriteStartObject("IPAMConfig");
            WriteIf(writer, "IPv4Address", IPv4);
            WriteIf(writer, "IPv6Address", IPv6);
            if (LinkLocal.Count > 0)
            {
                ConfigWriter.WriteList(writer, "LinkLocalIPs", LinkLocal);
            }
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("IPAMConfig");
        }
        ConfigWriter.WriteListOrNull(writer, "Links", Links);
        if (empty)
        {
            ConfigWriter.WriteList(writer, "Aliases", Aliases);
        }
        else
        {
            ConfigWriter.WriteListOrNull(writer, "Aliases", Aliases);
        }
        writer.WriteString("MacAddress", Mac);
        if (DriverOptions.Count > 0 || empty)
        {
            ConfigWriter.WriteMap(writer, "DriverOpts", DriverOptions);
        }
        else
        {
            writer.WriteNull("DriverOpts");
        }
        writer.WriteNumber("GwPriority", GatewayPriority);
        foreach (var name in new[] { "NetworkID", "EndpointID", "Gateway", "IPAddress" })
        {
            writer.WriteString(name, "");
        }
        writer.WriteNumber("IPPrefixLen", 0);
        writer.WriteString("IPv6Gateway", "");
        writer.WriteString("GlobalIPv6Address", "");
        writer.WriteNumber("GlobalIPv6PrefixLen", 0);
        writer.WriteNull("DNSNames");
        writer.WriteEndObject();
    }

    private static void WriteIf(Utf8JsonWriter writer, string name, string value)
    {
        if (value.Length > 0)
        {
            writer.WriteString(name, value);
        }
    }
}
