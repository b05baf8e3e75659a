using System.Text.Json;
using System.Text.Json.Serialization;
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
        var names = Names(host);
        if (names.Count == 0)
        {
            return None;
        }

        var specifications = Read(folders);
        var edits = new CdiEdits();
        var used = new HashSet<CdiSpecification>(ReferenceEqualityComparer.Instance);
        var unresolved = new List<string>();
        foreach (var name in names)
        {
            var (kind, device) = (name[..name.IndexOf('=')], name[(name.IndexOf('=') + 1)..]);
            var found = false;
            foreach (var specification in specifications.Where(specification => specification.Kind == kind))
            {
                foreach (var entry in (specification.Devices ?? []).Where(entry => device == "all" || entry.Name == device))
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

    private static List<string> Names(HostConfig host)
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

            throw CortenException.Internal($"could not select device driver \"{request.Driver}\" with capabilities: {Show(request.Capabilities)}");
        }

        return names;
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

    private static List<CdiSpecification> Read(IReadOnlyList<string> folders)
    {
        var specifications = new List<CdiSpecification>();
        foreach (var file in folders.Reverse().Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)))
        {
            try
            {
                using var stream = File.OpenRead(file);
                if (JsonSerializer.Deserialize(stream, CdiJson.Default.CdiSpecification) is { } specification)
                {
                    specifications.Add(specification);
                }
            }
            catch (JsonException e)
            {
                throw CortenException.Internal($"CDI specification {file}: {e.Message}", e);
            }
        }

        return specifications;
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.-]*/[A-Za-z][A-Za-z0-9_-]*=[A-Za-z0-9][A-Za-z0-9_.:-]*$")]
    private static partial Regex QualifiedName();
}

/// <summary>A file of the CDI (cncf.io, CDI specification 0.8).</summary>
internal sealed record CdiSpecification
{
    public string CdiVersion { get; set; } = "";
    public string Kind { get; set; } = "";
    public List<CdiDevice>? Devices { get; set; }
    public CdiContainerEdits? ContainerEdits { get; set; }
}

internal sealed record CdiDevice
{
    public string Name { get; set; } = "";
    public CdiContainerEdits? ContainerEdits { get; set; }
}

internal sealed record CdiContainerEdits
{
    public List<string>? Env { get; set; }
    public List<CdiDeviceNode>? DeviceNodes { get; set; }
    public List<CdiMount>? Mounts { get; set; }
    public List<CdiHook>? Hooks { get; set; }
}

internal sealed record CdiDeviceNode
{
    public string Path { get; set; } = "";
    public string? HostPath { get; set; }
    public string? Type { get; set; }
    public long? Major { get; set; }
    public long? Minor { get; set; }
    public uint? FileMode { get; set; }
    public string? Permissions { get; set; }
    public uint? Uid { get; set; }
    public uint? Gid { get; set; }
}

internal sealed record CdiMount
{
    public string HostPath { get; set; } = "";
    public string ContainerPath { get; set; } = "";
    public string? Type { get; set; }
    public List<string>? Options { get; set; }
}

internal sealed record CdiHook
{
    public string HookName { get; set; } = "";
    public string Path { get; set; } = "";
    public List<string>? Args { get; set; }
    public List<string>? Env { get; set; }
    public int? Timeout { get; set; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(CdiSpecification))]
internal sealed partial class CdiJson : JsonSerializerContext;
