using Corten.Oci.Runtime;

namespace Corten.Linux.Cgroups;

/// <summary>The list of device rules: what a container may open or make.</summary>
internal static class DeviceRules
{
    /// <summary>
    /// What every container gets after its own rules (config-linux.md, "Default Devices"): making nodes, and the devices without which programs do not run.
    /// </summary>
    private static readonly DeviceRule[] Always =
    [
        Allow("c", null, null, "m"), Allow("b", null, null, "m"),
        Allow("c", 1, 3), Allow("c", 1, 5), Allow("c", 1, 7), Allow("c", 1, 8), Allow("c", 1, 9), Allow("c", 5, 0),
        Allow("c", 136, null), Allow("c", 5, 2),
    ];

    /// <summary>The rules and the ones that always follow; nothing follows a list that ends by allowing everything.</summary>
    public static IEnumerable<DeviceRule> WithDefaults(IReadOnlyList<DeviceRule> rules)
        => rules.Count > 0 && IsEverything(rules[^1]) && rules[^1].Allow ? rules : rules.Concat(Always);

    /// <summary>Is it about all devices and all kinds of access?</summary>
    public static bool IsEverything(DeviceRule rule)
        => rule.Type is null or "" or "a" && rule.Major is null or < 0 && rule.Minor is null or < 0 && Access(rule) == "rwm";

    /// <summary>As devices.allow and devices.deny take it: <c>c 1:3 rwm</c>.</summary>
    public static string V1Line(DeviceRule rule)
        => IsEverything(rule) ? "a" : $"{(string.IsNullOrEmpty(rule.Type) ? "a" : rule.Type)} {Number(rule.Major)}:{Number(rule.Minor)} {Access(rule)}";

    public static string Access(DeviceRule rule) => string.IsNullOrEmpty(rule.Access) ? "rwm" : rule.Access;

    private static string Number(long? number) => number is null or < 0 ? "*" : number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static DeviceRule Allow(string type, long? major, long? minor, string access = "rwm")
        => new() { Allow = true, Type = type, Major = major, Minor = minor, Access = access };
}
