namespace Corten.Cli.Templates;

/// <summary>What Docker's client evaluates a template over where that is no map: messages name the type.</summary>
/// <param name="Name">Empty for a list of strings and for a map of them.</param>
/// <param name="Members">Those that are objects or lists of objects, and those that the JSON may leave out.</param>
internal sealed record GoType(string Name, Dictionary<string, GoType>? Members = null)
{
    /// <summary>No type at all: maps, with the names that the JSON has and no others.</summary>
    public static readonly GoType Raw = new("map[string]interface {}");

    private static readonly GoType Plain = new("");
    private static readonly GoType Text = new("string");
    private static readonly GoType Commit = new("system.Commit");

    public static readonly GoType Info = new("system.dockerInfo", new()
    {
        ["DriverStatus"] = new("[][2]string"), ["Plugins"] = new("system.PluginsInfo"), ["RegistryConfig"] = new("*registry.ServiceConfig"),
        ["GenericResources"] = new("[]swarm.GenericResource"), ["Swarm"] = new("swarm.Info", new() { ["Cluster"] = new("*swarm.ClusterInfo") }),
        ["ContainerdCommit"] = Commit, ["RuncCommit"] = Commit, ["InitCommit"] = Commit, ["FirewallBackend"] = new("*system.FirewallInfo"),
        ["Containerd"] = new("*system.ContainerdInfo"), ["DefaultAddressPools"] = new("[]system.NetworkAddressPool"),
        ["DiscoveredDevices"] = new("[]system.DeviceInfo"), ["ServerErrors"] = Plain, ["Warnings"] = Plain, ["CDISpecDirs"] = Plain, ["ProductLicense"] = Text, ["OSVersion"] = Text,
        ["ClientInfo"] = new("*system.clientInfo", new() { ["Plugins"] = new("[]manager.Plugin") }),
    });

    public static readonly GoType Version = new("system.versionInfo", new()
    {
        ["Client"] = new("system.clientVersion", new() { ["Platform"] = new("*system.platformInfo") }),
        ["Server"] = new("*types.Version", new() { ["Platform"] = new("struct { Name string }"), ["Components"] = new("[]types.ComponentVersion") }),
    });

    public static readonly GoType Event = new("*events.Message", new() { ["Actor"] = new("events.Actor"), ["Status"] = Text, ["ID"] = Text, ["From"] = Text, ["Scope"] = Text });

    /// <summary>What the elements of a list or map are.</summary>
    public GoType? Item { get; init; }

    /// <summary>A struct whose members JSON shows as the holder's own, and that templates may name or pass over.</summary>
    public bool IsEmbedded { get; init; }

    /// <summary>What a member is that the JSON leaves out.</summary>
    /// <returns>False if the type has none of that name.</returns>
    public bool TryZero(string name, out object? value)
    {
        if (Members is null || !Members.TryGetValue(name, out var member))
        {
            value = null;
            return false;
        }
        value = member.Name switch
        {
            "string" => "",
            "bool" => false,
            "int64" => 0L,
            ['*', ..] => NilPointer.Value,
            ['m', 'a', 'p', '[', ..] => Empty.Map,
            _ => Empty.List,
        };
        return true;
    }

    public GoType Member(string name) => this == Raw ? Raw : Members?.GetValueOrDefault(name) ?? Item ?? Plain;
}
