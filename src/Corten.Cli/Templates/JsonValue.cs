using System.Text.Json;

namespace Corten.Cli.Templates;

/// <summary>
/// A JSON object or array as a template sees it. Docker's client evaluates over Go types, where a member has a zero value although the JSON
/// leaves it out, and where an object is either a struct or a map: both are known here by the member's name.
/// </summary>
/// <param name="Element">An object or array.</param>
/// <param name="Name">The member that it was reached by; empty at the top and within arrays and maps.</param>
/// <param name="Type">What Docker's client has there, which messages name; null where that is JSON too.</param>
internal sealed record JsonValue(JsonElement Element, string Name, GoType? Type = null)
{
    public string? TypeName => Type is null || IsRaw ? null : Type.Name.Length > 0 ? Type.Name : IsList ? "[]string" : "map[string]string";

    /// <summary>Members whose objects are maps with keys of the user's.</summary>
    private static readonly HashSet<string> Maps =
    [
        "Labels", "Options", "Data", "Ports", "Networks", "ExposedPorts", "Volumes", "Tmpfs", "Sysctls", "Annotations", "Attributes", "DriverOpts",
        "StorageOpt", "PortBindings", "Containers", "AuxiliaryAddresses", "Details", "EndpointsConfig", "Runtimes", "IndexConfigs", "Services",
    ];

    /// <summary>What a member is in Go when the JSON has null. Where the JSON does not have it at all, <see cref="Type"/> knows.</summary>
    private static readonly Dictionary<string, object?> Nulls = new()
    {
        ["Health"] = NilPointer.Value, ["Healthcheck"] = NilPointer.Value, ["Init"] = NilPointer.Value, ["OomKillDisable"] = NilPointer.Value,
        ["MemorySwappiness"] = NilPointer.Value, ["PidsLimit"] = NilPointer.Value, ["IPAMConfig"] = NilPointer.Value, ["UsageData"] = NilPointer.Value,
        ["Env"] = Empty.List, ["Cmd"] = Empty.List, ["Entrypoint"] = Empty.List, ["OnBuild"] = Empty.List, ["Shell"] = Empty.List, ["ExecIDs"] = Empty.List,
        ["Binds"] = Empty.List, ["CapAdd"] = Empty.List, ["CapDrop"] = Empty.List, ["Dns"] = Empty.List, ["DnsOptions"] = Empty.List,
        ["DnsSearch"] = Empty.List, ["ExtraHosts"] = Empty.List, ["GroupAdd"] = Empty.List, ["Links"] = Empty.List, ["SecurityOpt"] = Empty.List,
        ["VolumesFrom"] = Empty.List, ["Devices"] = Empty.List, ["DeviceCgroupRules"] = Empty.List, ["DeviceRequests"] = Empty.List,
        ["Ulimits"] = Empty.List, ["Mounts"] = Empty.List, ["MaskedPaths"] = Empty.List, ["ReadonlyPaths"] = Empty.List, ["Aliases"] = Empty.List,
        ["DNSNames"] = Empty.List, ["Layers"] = Empty.List, ["RepoTags"] = Empty.List, ["RepoDigests"] = Empty.List, ["Peers"] = Empty.List,
        ["Warnings"] = Empty.List, ["SecondaryIPAddresses"] = Empty.List, ["SecondaryIPv6Addresses"] = Empty.List, ["BlkioWeightDevice"] = Empty.List,
        ["BlkioDeviceReadBps"] = Empty.List, ["BlkioDeviceWriteBps"] = Empty.List, ["BlkioDeviceReadIOps"] = Empty.List,
        ["BlkioDeviceWriteIOps"] = Empty.List, ["Manifests"] = Empty.List,
        ["Labels"] = Empty.Map, ["ExposedPorts"] = Empty.Map, ["Volumes"] = Empty.Map, ["Options"] = Empty.Map, ["Annotations"] = Empty.Map,
        ["StorageOpt"] = Empty.Map, ["Tmpfs"] = Empty.Map, ["Sysctls"] = Empty.Map, ["DriverOpts"] = Empty.Map, ["PortBindings"] = Empty.Map,
        ["Status"] = Empty.Map, ["AuxiliaryAddresses"] = Empty.Map, ["Services"] = Empty.Map,
    };

    private bool IsRaw => ReferenceEquals(Type, GoType.Raw);

    public bool IsList => Element.ValueKind == JsonValueKind.Array;

    /// <summary>An object with keys of the user's, rather than one with members of the API's.</summary>
    public bool IsMap => !IsList && (IsRaw || Maps.Contains(Name) || (Name == "Config" && !Element.TryGetProperty("Image", out _) && !Element.TryGetProperty("Env", out _)
        && !Element.TryGetProperty("Cmd", out _) && !Element.TryGetProperty("Entrypoint", out _) && !Element.TryGetProperty("Labels", out _)));

    /// <summary>A scalar as itself, anything else as a value that remembers its member's name.</summary>
    public static object? Of(JsonElement element, string name = "", GoType? type = null) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.TryGetInt64(out var number) ? number : (object)element.GetDouble(),
        JsonValueKind.Null or JsonValueKind.Undefined => ReferenceEquals(type, GoType.Raw) ? null : Nulls.GetValueOrDefault(name),
        _ => new JsonValue(element, name, type),
    };

    /// <returns>False if there is no such member and none is known to be left out.</returns>
    public bool TryMember(string name, out object? value)
    {
        if (Element.ValueKind != JsonValueKind.Object)
        {
            value = null;
            return false;
        }
        if (Element.TryGetProperty(name, out var member) || TryGoName(name, out member))
        {
            value = Of(member, IsMap ? "" : name, Type?.Member(name));
            return true;
        }
        if (Type is { IsEmbedded: false } && Type.Member(name) is { IsEmbedded: true } part)
        {
            value = this with { Type = part };
            return true;
        }
        value = null;
        return !IsRaw && (IsMap || (Type is not null && Type.TryZero(name, out value)));
    }

    /// <summary>Go's names differ from the JSON's in the case of abbreviations: ID and Id, APIVersion and ApiVersion.</summary>
    private bool TryGoName(string name, out JsonElement member)
    {
        if (!IsMap && name.Length > 0 && char.IsAsciiLetterUpper(name[0]))
        {
            foreach (var candidate in Element.EnumerateObject())
            {
                if (candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    member = candidate.Value;
                    return true;
                }
            }
        }
        member = default;
        return false;
    }

    public IEnumerable<object?> Items() => Element.EnumerateArray().Select(item => Of(item, type: IsRaw ? Type : Type?.Item));

    /// <summary>Members in the order that a template visits them: a map's by key, a struct's as they come.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Members()
    {
        var members = Element.EnumerateObject().Select(member => new KeyValuePair<string, object?>(member.Name, Of(member.Value, IsMap ? "" : member.Name, IsRaw ? Type : IsMap ? Type?.Item : null)));
        return IsMap ? members.OrderBy(static member => member.Key, StringComparer.Ordinal) : members;
    }
}

/// <summary>The empty list and map.</summary>
internal static class Empty
{
    public static readonly object?[] List = [];
    public static readonly SortedDictionary<string, object?> Map = new(StringComparer.Ordinal);
}

/// <summary>Go's nil of a type that is known: false, and printed as such, where an untyped nil is "no value".</summary>
internal sealed class NilPointer
{
    public static readonly NilPointer Value = new();
}
