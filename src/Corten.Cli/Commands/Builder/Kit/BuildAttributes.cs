using System.Globalization;
using Corten.Cli.Grammar;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary>A build's options as attributes of the Dockerfile front end.</summary>
internal static class BuildAttributes
{
    public static Dictionary<string, string> Of(Invocation call)
    {
        var attributes = new Dictionary<string, string>();
        Set(attributes, "target", call.Text("target"));
        Set(attributes, "platform", Platforms(call));
        Set(attributes, "cgroup-parent", call.Text("cgroup-parent"));
        Set(attributes, "add-hosts", string.Join(',', call.List("add-host").Select(h => OptionCheck.SplitHost(h)!.Value).Select(h => $"{h.Name}={h.Address}")));
        Set(attributes, "ulimit", string.Join(',', call.List("ulimit")));
        Set(attributes, "shm-size", call.Parsed.Bytes("shm-size") is > 0 and var shm ? shm.ToString(CultureInfo.InvariantCulture) : "");
        Set(attributes, "force-network-mode", call.Text("network") is "default" or "" ? "" : call.Text("network"));
        if (call.Flag("pull"))
        {
            attributes["image-resolve-mode"] = "pull";
        }
        if (call.Flag("no-cache"))
        {
            attributes["no-cache"] = "";
        }
        else if (call.Has("no-cache-filter"))
        {
            attributes["no-cache"] = string.Join(',', call.List("no-cache-filter"));
        }
        Arguments(call, attributes);
        foreach (var label in call.List("label"))
        {
            var pair = label.Split('=', 2);
            attributes["label:" + pair[0]] = pair.Length > 1 ? pair[1] : "";
        }
        Attestations(call, attributes);
        if (call.Flag("explain"))
        {
            attributes["corten.explain"] = "1";
        }
        return attributes;
    }

    public static IReadOnlyList<string> Entitlements(Invocation call)
    {
        var allowed = call.List("allow").ToHashSet();
        if (call.Text("network") == "host")
        {
            allowed.Add("network.host");
        }
        return [.. allowed.Order(StringComparer.Ordinal)];
    }

    private static string Platforms(Invocation call)
    {
        var asked = call.List("platform").SelectMany(p => p.Split(',')).Select(p => p.Trim()).Where(p => p.Length > 0).ToList();
        return asked.Count > 0 ? string.Join(',', asked) : Environment.GetEnvironmentVariable("DOCKER_DEFAULT_PLATFORM") ?? "";
    }

    /// <summary>A name alone takes its value from here. Proxies of the configuration and SOURCE_DATE_EPOCH come without being asked for.</summary>
    private static void Arguments(Invocation call, Dictionary<string, string> attributes)
    {
        foreach (var (name, value) in call.Config.Proxies(call.Session.Endpoint.Address.Text))
        {
            attributes["build-arg:" + name] = value;
        }
        if (Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH") is { Length: > 0 } epoch)
        {
            attributes["build-arg:SOURCE_DATE_EPOCH"] = epoch;
        }
        foreach (var word in call.List("build-arg"))
        {
            var pair = word.Split('=', 2);
            if ((pair.Length > 1 ? pair[1] : Environment.GetEnvironmentVariable(pair[0])) is { } value)
            {
                attributes["build-arg:" + pair[0]] = value;
            }
        }
    }

    /// <summary><c>--attest type=KIND,…</c>, of which <c>--provenance</c> and <c>--sbom</c> are short forms.</summary>
    private static void Attestations(Invocation call, Dictionary<string, string> attributes)
    {
        foreach (var text in call.List("attest"))
        {
            var fields = CsvFields.Parse(text, "attest", bareKeys: true);
            var type = fields["type"] is { Length: > 0 } given ? given : throw new CommandException("attestation type not specified");
            Attest(attributes, type, fields);
        }
        foreach (var type in (ReadOnlySpan<string>)["provenance", "sbom"])
        {
            switch (call.Text(type))
            {
                case "":
                    break;
                case var text when OptionCheck.Bool(text) is { } wanted:
                    if (wanted)
                    {
                        attributes["attest:" + type] = "";
                    }
                    else
                    {
                        attributes.Remove("attest:" + type);
                    }
                    break;
                case var text:
                    Attest(attributes, type, CsvFields.Parse(text, type, bareKeys: true));
                    break;
            }
        }
    }

    private static void Attest(Dictionary<string, string> attributes, string type, CsvFields fields)
    {
        if (fields["disabled"] is { } disabled && disabled is "" or "true" or "1")
        {
            attributes.Remove("attest:" + type);
            return;
        }
        attributes["attest:" + type] = string.Join(',', fields.Without("type", "disabled").Select(f => f.Value.Length > 0 ? $"{f.Key}={f.Value}" : f.Key));
    }

    private static void Set(Dictionary<string, string> attributes, string name, string value)
    {
        if (value.Length > 0)
        {
            attributes[name] = value;
        }
    }
}
