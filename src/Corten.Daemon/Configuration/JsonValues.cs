using System.Text.Json;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Daemon.Configuration;

/// <summary>The values of daemon.json that are objects of their own.</summary>
internal static class JsonValues
{
    /// <summary><c>{"runc": {"path": "/usr/bin/runc", "runtimeArgs": ["--debug"]}}</c></summary>
    public static void Runtimes(DaemonOptions options, JsonElement value)
    {
        foreach (var entry in Members(value, "runtimes"))
        {
            if (entry.Value.TryGetProperty("runtimeType", out _))
            {
                throw CortenException.Invalid($"runtimes: {entry.Name}: runtimeType is not supported: there is no containerd beneath this engine");
            }

            var path = entry.Value.TryGetProperty("path", out var given) ? Text(given, "runtimes") : "";
            var arguments = entry.Value.TryGetProperty("runtimeArgs", out var list)
                ? list.EnumerateArray().Select(a => Text(a, "runtimes")).ToArray()
                : [];
            options.Runtimes[entry.Name] = path.Length > 0
                ? new RuntimeEntry(path, arguments)
                : throw CortenException.Invalid($"runtimes: {entry.Name}: either a runtimeType or a path must be configured");
        }
    }

    /// <summary><c>{"nofile": {"Name": "nofile", "Soft": 1024, "Hard": 2048}}</c></summary>
    public static void Ulimits(DaemonOptions options, JsonElement value)
    {
        foreach (var entry in Members(value, "default-ulimits"))
        {
            var soft = Member(entry.Value, "soft") is { } s ? Number(s, "default-ulimits") : 0;
            var hard = Member(entry.Value, "hard") is { } h ? Number(h, "default-ulimits") : soft;
            options.DefaultUlimits[entry.Name] = new Ulimit { Name = entry.Name, Soft = soft, Hard = hard };
        }
    }

    /// <summary><c>[{"base": "10.0.0.0/8", "size": 24}]</c></summary>
    public static void AddressPools(DaemonOptions options, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw CortenException.Invalid("default-address-pools: an array is expected");
        }

        foreach (var pool in value.EnumerateArray())
        {
            var network = Member(pool, "base") is { } b ? Text(b, "default-address-pools") : "";
            var size = Member(pool, "size") is { } s ? (int)Number(s, "default-address-pools") : 0;
            options.DefaultAddressPools.Add(OptionValues.AddressPool(network, size));
        }
    }

    /// <summary><c>{"bridge": {"com.docker.network.driver.mtu": "1400"}}</c></summary>
    public static void NetworkOptions(DaemonOptions options, JsonElement value)
    {
        foreach (var driver in Members(value, "default-network-opts"))
        {
            options.DefaultNetworkOptions[driver.Name] =
                Members(driver.Value, "default-network-opts").ToDictionary(o => o.Name, o => Text(o.Value, "default-network-opts"));
        }
    }

    /// <summary><c>{"gc": {"enabled": true, "defaultKeepStorage": "20GB"}}</c></summary>
    public static void Builder(DaemonOptions options, JsonElement value)
    {
        foreach (var member in Members(value, "builder"))
        {
            if (!member.Name.Equals("gc", StringComparison.OrdinalIgnoreCase))
            {
                throw CortenException.Invalid($"builder: {member.Name} is not supported");
            }

            foreach (var setting in Members(member.Value, "builder"))
            {
                switch (setting.Name.ToLowerInvariant())
                {
                    case "enabled":
                        options.BuildCacheLimit = setting.Value.ValueKind == JsonValueKind.False ? 0 : options.BuildCacheLimit;
                        break;
                    case "defaultkeepstorage" or "defaultmaxusedspace":
                        options.BuildCacheLimit = OptionValues.Bytes(Text(setting.Value, "builder"));
                        break;
                    default:
                        throw CortenException.Invalid($"builder: gc: {setting.Name} is not supported");
                }
            }
        }
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement value, string key) => value.ValueKind == JsonValueKind.Object
        ? value.EnumerateObject()
        : throw CortenException.Invalid($"{key}: an object is expected");

    private static JsonElement? Member(JsonElement value, string name)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return member.Value;
                }
            }
        }

        return null;
    }

    private static string Text(JsonElement value, string key) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw CortenException.Invalid($"{key}: a string is expected instead of {value.GetRawText()}");

    private static long Number(JsonElement value, string key) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
        ? number
        : throw CortenException.Invalid($"{key}: a number is expected instead of {value.GetRawText()}");
}
