using Corten.Containers.Model;
using Corten.Networks.Sandboxes;

namespace Corten.Containers.Lifecycle;

/// <summary>The environment that a legacy link gives: <c>DB_PORT_5432_TCP_ADDR=172.17.0.2</c> and its like, and what the child's own environment says.</summary>
internal static class LinkVariables
{
    public static List<string> Of(ContainerRecord record, ContainerRegistry registry, ISandboxes sandboxes)
    {
        var variables = new List<string>();
        foreach (var link in record.Links)
        {
            if (registry.FindById(link.ContainerId) is { } child && sandboxes.Find(child.Id) is { } sandbox)
            {
                var address = sandbox.Networks.Values.Select(endpoint => endpoint.IpAddress).FirstOrDefault(text => text.Length > 0) ?? "";
                Add(variables, link.Alias, registry.Find(record.Id).Name, child, address);
            }
        }

        return variables;
    }

    private static void Add(List<string> variables, string alias, string parent, Container child, string address)
    {
        var prefix = alias.Replace('-', '_').ToUpperInvariant();
        var ports = (child.Record.Config.ExposedPorts ?? []).Keys.Select(Split).OrderBy(port => port.Number).ToList();
        variables.Add($"{prefix}_NAME=/{parent}/{alias}");
        if (ports.Count > 0)
        {
            var first = ports.OrderBy(port => port.Protocol == "tcp" ? 0 : 1).First();
            variables.Add($"{prefix}_PORT={first.Protocol}://{address}:{first.Number}");
        }

        foreach (var (number, protocol) in ports)
        {
            var of = $"{prefix}_PORT_{number}_{protocol.ToUpperInvariant()}";
            variables.AddRange([$"{of}={protocol}://{address}:{number}", $"{of}_ADDR={address}", $"{of}_PORT={number}", $"{of}_PROTO={protocol}"]);
        }

        foreach (var entry in child.Record.Config.Env ?? [])
        {
            var equals = entry.IndexOf('=');
            if (equals > 0 && entry[..equals] is not ("HOME" or "PATH"))
            {
                variables.Add($"{prefix}_ENV_{entry}");
            }
        }
    }

    private static (int Number, string Protocol) Split(string port)
    {
        var slash = port.IndexOf('/');
        var number = slash < 0 ? port : port[..slash];
        return (int.TryParse(number.Split('-')[0], out var value) ? value : 0, slash < 0 ? "tcp" : port[(slash + 1)..]);
    }
}
