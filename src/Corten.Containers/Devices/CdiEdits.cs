using System.Text.RegularExpressions;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Containers.Devices;

/// <summary>
/// What the Container Device Interface adds to a container for the devices that it asks for by name (<c>vendor.com/class=name</c>), and for
/// <c>--gpus</c> where a vendor has a specification. Specifications are the JSON files of the CDI folders; the later folder wins.
/// </summary>
internal sealed partial record CdiEdits
{
    public static CdiEdits None { get; } = new();

    public List<DeviceSpec> Devices { get; } = [];

    public List<DeviceRule> Rules { get; } = [];

    public List<string> Environment { get; } = [];

    public List<MountSpec> Mounts { get; } = [];

    public HookSet? Hooks { get; private set; }

    public static bool IsName(string text) => QualifiedName().IsMatch(text);

    /// <exception cref="CortenException">A device that no specification defines, by name.</exception>
    public static CdiEdits Resolve(HostConfig host, IReadOnlyList<string> folders)
    {
        if (!(host.Devices ?? []).Any(mapping => IsName(mapping.PathOnHost)) && host.DeviceRequests is null or [])
        {
            return None;
        }

        var specifications = CdiSpecifications.Read(folders);
        var names = Names(host, specifications);
        var edits = new CdiEdits();
        var used = new HashSet<CdiSpecification>(ReferenceEqualityComparer.Instance);
        var unresolved = new List<string>();
        foreach (var name in names)
        {
            var (kind, device) = (name[..name.IndexOf('=')], name[(name.IndexOf('=') + 1)..]);
            var found = false;
            foreach (var specification in specifications.Where(specification => specification.Kind == kind))
            {
                foreach (var entry in (specification.Devices ?? []).Where(entry => entry.Name == device))
                {
                    found = true;
                    if (used.Add(specification))
                    {
                        edits.Apply(specification.ContainerEdits);
                    }

                    edits.Apply(entry.ContainerEdits);
                }

                if (found)
                {
                    break;
                }
            }

            if (!found)
            {
                unresolved.Add(name);
            }
        }

        return unresolved.Count == 0 ? edits
            : throw CortenException.Internal($"CDI device injection failed: unresolvable CDI devices {string.Join(", ", unresolved)}");
    }

    private static List<string> Names(HostConfig host, IReadOnlyList<CdiSpecification> specifications)
    {
        var names = (host.Devices ?? []).Select(mapping => mapping.PathOnHost).Where(IsName).ToList();
        foreach (var request in host.DeviceRequests ?? [])
        {
            if (request.Driver == "cdi")
            {
                names.AddRange(request.DeviceIDs ?? []);
                continue;
            }

            if (request.Count != 0 && request.DeviceIDs is { Count: > 0 })
            {
                throw CortenException.Invalid("cannot set both Count and DeviceIDs on device request");
            }

            if (request.Driver is "" or "nvidia" && request.Capabilities?.Any(all => all.Contains("gpu")) == true && Gpus(request, specifications) is { } gpus)
            {
                names.AddRange(gpus);
                continue;
            }

            throw CortenException.Internal($"could not select device driver \"{request.Driver}\" with capabilities: {Show(request.Capabilities)}");
        }

        return names;
    }

    /// <summary>
    /// What <c>--gpus</c> asks for, of a vendor that has a specification for them: those named, the first so many, or (-1) every one, which vendors
    /// list as a device called <c>all</c>.
    /// </summary>
    /// <returns>Null where no vendor has one.</returns>
    private static IEnumerable<string>? Gpus(DeviceRequest request, IReadOnlyList<CdiSpecification> specifications)
    {
        if (specifications.FirstOrDefault(specification => specification.Kind.EndsWith("/gpu", StringComparison.Ordinal)) is not { Kind: var kind })
        {
            return null;
        }

        var devices = specifications.Where(specification => specification.Kind == kind).SelectMany(specification => specification.Devices ?? []).Select(device => device.Name).Distinct().ToList();
        IEnumerable<string> chosen = request.DeviceIDs is { Count: > 0 } ids ? ids
            : request.Count >= 0 ? devices.Where(name => name != "all").Take(request.Count)
            : devices.Contains("all") ? ["all"] : devices;
        return chosen.Select(name => IsName(name) ? name : $"{kind}={name}");
    }

    /// <summary>As Go prints a list of lists.</summary>
    private static string Show(IReadOnlyList<IReadOnlyList<string>>? capabilities) =>
        "[" + string.Join(' ', (capabilities ?? []).Select(all => "[" + string.Join(' ', all) + "]")) + "]";

    private void Apply(CdiContainerEdits? edits)
    {
        if (edits is null)
        {
            return;
        }

        Environment.AddRange(edits.Env ?? []);
        foreach (var node in edits.DeviceNodes ?? [])
        {
            var host = HostDevice.Stat(node.HostPath ?? node.Path);
            Devices.Add(new DeviceSpec
            {
                Type = node.Type ?? host.Type.ToString(),
                Path = node.Path,
                Major = node.Major ?? host.Major,
                Minor = node.Minor ?? host.Minor,
                FileMode = node.FileMode ?? host.Mode,
                Uid = node.Uid,
                Gid = node.Gid,
            });
            Rules.Add(new DeviceRule { Allow = true, Type = node.Type ?? host.Type.ToString(), Major = node.Major ?? host.Major, Minor = node.Minor ?? host.Minor, Access = node.Permissions ?? "rwm" });
        }

        foreach (var mount in edits.Mounts ?? [])
        {
            Mounts.Add(new MountSpec { Source = mount.HostPath, Destination = mount.ContainerPath, Type = mount.Type ?? "bind", Options = mount.Options ?? ["rbind", "ro"] });
        }

        foreach (var hook in edits.Hooks ?? [])
        {
            Add(hook);
        }
    }

    private void Add(CdiHook hook)
    {
        var hooks = Hooks ??= new HookSet();
        var spec = new HookSpec { Path = hook.Path, Args = hook.Args, Env = hook.Env, Timeout = hook.Timeout };
        switch (hook.HookName)
        {
            case "prestart":
                hooks.Prestart = [.. hooks.Prestart ?? [], spec];
                break;
            case "createRuntime":
                hooks.CreateRuntime = [.. hooks.CreateRuntime ?? [], spec];
                break;
            case "createContainer":
                hooks.CreateContainer = [.. hooks.CreateContainer ?? [], spec];
                break;
            case "startContainer":
                hooks.StartContainer = [.. hooks.StartContainer ?? [], spec];
                break;
            case "poststart":
                hooks.Poststart = [.. hooks.Poststart ?? [], spec];
                break;
            case "poststop":
                hooks.Poststop = [.. hooks.Poststop ?? [], spec];
                break;
            default:
                throw CortenException.Internal($"CDI device injection failed: invalid hook name \"{hook.HookName}\"");
        }
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.-]*/[A-Za-z][A-Za-z0-9_-]*=[A-Za-z0-9][A-Za-z0-9_.:-]*$")]
    private static partial Regex QualifiedName();
}
