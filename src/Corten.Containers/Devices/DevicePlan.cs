using Corten.EngineApi.Containers;
using Corten.Linux;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Containers.Devices;

/// <summary>The device nodes that a container gets beside the runtime's own, and what its control group lets it do with devices.</summary>
internal sealed record DevicePlan(IReadOnlyList<DeviceSpec>? Nodes, IReadOnlyList<DeviceRule> Rules, CdiEdits Edits)
{
    public static DevicePlan Of(HostConfig host, ContainerSettings settings)
    {
        var edits = CdiEdits.Resolve(host, settings.CdiDirectories);
        if (host.Privileged)
        {
            var everything = HostDevice.Under("/dev").Select(device => Node(device, device.Path)).ToList();
            return new DevicePlan(everything, [new DeviceRule { Allow = true, Access = "rwm" }], edits);
        }

        var nodes = new List<DeviceSpec>(edits.Devices);
        var rules = new List<DeviceRule>
        {
            new() { Allow = false, Access = "rwm" },
            Character(1, 5), Character(1, 3), Character(1, 9), Character(1, 8), Character(5, 0), Character(5, 1),
            new() { Allow = false, Type = "c", Major = 10, Minor = 229, Access = "rwm" },
        };
        foreach (var mapping in host.Devices ?? [])
        {
            if (!CdiEdits.IsName(mapping.PathOnHost))
            {
                Add(mapping, nodes, rules);
            }
        }

        rules.AddRange(edits.Rules);
        rules.AddRange((host.DeviceCgroupRules ?? []).Select(ParseRule));
        return new DevicePlan(nodes.Count > 0 ? nodes : null, rules, edits);
    }

    private static void Add(DeviceMapping mapping, List<DeviceSpec> nodes, List<DeviceRule> rules)
    {
        var access = mapping.CgroupPermissions.Length > 0 ? mapping.CgroupPermissions : "rwm";
        if (Directory.Exists(mapping.PathOnHost))
        {
            foreach (var device in HostDevice.Under(mapping.PathOnHost))
            {
                nodes.Add(Node(device, mapping.PathInContainer + device.Path[mapping.PathOnHost.Length..]));
                rules.Add(Rule(device, access));
            }

            return;
        }

        if (!HostDevice.TryStat(mapping.PathOnHost, out var one, out var errno))
        {
            throw CortenException.Internal($"error gathering device information while adding custom device \"{mapping.PathOnHost}\": "
                + (errno == Errno.None ? "not a device node" : LinuxException.Describe(errno)));
        }

        nodes.Add(Node(one, mapping.PathInContainer.Length > 0 ? mapping.PathInContainer : mapping.PathOnHost));
        rules.Add(Rule(one, access));
    }

    /// <summary><c>c 1:3 rwm</c>, with <c>*</c> for any number and <c>a</c> for both types.</summary>
    private static DeviceRule ParseRule(string text)
    {
        var fields = text.Split(' ', ':');
        if (fields.Length != 4 || fields[0] is not ("a" or "b" or "c") || fields[3].Length is 0 or > 3 || fields[3].AsSpan().ContainsAnyExcept("rwm")
            || !Number(fields[1], out var major) || !Number(fields[2], out var minor))
        {
            throw CortenException.Internal($"invalid device cgroup rule format: '{text}'");
        }

        return new DeviceRule { Allow = true, Type = fields[0], Major = major, Minor = minor, Access = fields[3] };
    }

    private static bool Number(string text, out long? number)
    {
        number = null;
        if (text == "*")
        {
            return true;
        }

        var valid = uint.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var value);
        number = value;
        return valid;
    }

    private static DeviceSpec Node(HostDevice device, string path) => new()
    {
        Type = device.Type.ToString(),
        Path = path,
        Major = device.Major,
        Minor = device.Minor,
        FileMode = device.Mode,
        Uid = device.Uid,
        Gid = device.Gid,
    };

    private static DeviceRule Rule(HostDevice device, string access) =>
        new() { Allow = true, Type = device.Type.ToString(), Major = device.Major, Minor = device.Minor, Access = access };

    private static DeviceRule Character(long major, long minor) => new() { Allow = true, Type = "c", Major = major, Minor = minor, Access = "rwm" };
}
