using System.Text.Json;

namespace Corten.Cli.Output;

/// <summary>A container's ports in one cell: <c>0.0.0.0:8080->80/tcp, 9000-9002/udp</c>. Neighbouring ports are joined.</summary>
internal static class PortList
{
    private sealed record Port(string Ip, long Private, long Public, string Type);

    /// <summary>Ports in a row with the same address and protocol.</summary>
    private sealed class Group(long first)
    {
        public long First { get; set; } = first;

        public long Last { get; set; } = first;
    }

    public static string Of(IEnumerable<JsonElement> items)
    {
        var ports = items.Select(static item => new Port(item.Text("IP"), item.Int("PrivatePort"), item.Int("PublicPort"), item.Text("Type"))).ToList();
        if (ports.Count == 0)
        {
            return "";
        }
        ports.Sort(Compare);
        var groups = new Dictionary<string, Group>();
        var order = new List<string>();
        var single = new List<string>();
        var ranges = new List<string>();
        foreach (var port in ports)
        {
            var key = port.Type;
            if (port.Ip.Length > 0)
            {
                if (port.Public != port.Private)
                {
                    single.Add($"{Address(port.Ip)}:{port.Public}->{port.Private}/{port.Type}");
                    continue;
                }
                key = $"{port.Ip} {port.Type}";
            }
            if (!groups.TryGetValue(key, out var group))
            {
                groups[key] = new Group(port.Private);
                order.Add(key);
            }
            else if (port.Private == group.Last + 1)
            {
                group.Last = port.Private;
            }
            else
            {
                ranges.Add(Shown(key, group));
                groups[key] = new Group(port.Private);
            }
        }
        ranges.AddRange(order.Select(key => Shown(key, groups[key])));
        return string.Join(", ", ranges.Concat(single));
    }

    private static int Compare(Port x, Port y)
    {
        var order = x.Private.CompareTo(y.Private);
        order = order != 0 ? order : string.CompareOrdinal(x.Ip, y.Ip);
        order = order != 0 ? order : x.Public.CompareTo(y.Public);
        return order != 0 ? order : string.CompareOrdinal(x.Type, y.Type);
    }

    private static string Shown(string key, Group group)
    {
        var parts = key.Split(' ');
        var range = group.First == group.Last ? $"{group.First}" : $"{group.First}-{group.Last}";
        return parts.Length == 1 ? $"{range}/{parts[0]}" : $"{Address(parts[0])}:{range}->{range}/{parts[1]}";
    }

    private static string Address(string ip) => ip.Contains(':') ? $"[{ip}]" : ip;
}
