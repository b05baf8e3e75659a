using Corten.Containers.Devices;
using Corten.Containers.Machine;
using Corten.Oci.Runtime;

namespace Corten.Containers.Spec;

/// <summary>Turns a container into the runtime's <c>config.json</c>.</summary>
internal static class SpecBuilder
{
    /// <summary>Where the program of <c>--init</c> appears in the container.</summary>
    public const string InitDestination = "/sbin/docker-init";

    public static RuntimeSpec Build(SpecRequest request)
    {
        var (config, host) = (request.Config, request.Host);
        var capabilities = CapabilityPlan.Resolve(host.Privileged, host.CapAdd, host.CapDrop);
        var devices = DevicePlan.Of(host, request.Settings);
        var privateUts = host.UTSMode != "host";
        var spec = new RuntimeSpec
        {
            Root = new RootSpec { Path = request.RootPath, ReadOnly = host.ReadonlyRootfs },
            Process = Process(request, capabilities),
            Hostname = privateUts ? request.Hostname : null,
            Domainname = privateUts && config.Domainname.Length > 0 ? config.Domainname : null,
            Mounts = [.. MountPlan.Of(request), .. devices.Edits.Mounts],
            Hooks = devices.Edits.Hooks,
            Annotations = host.Annotations is { Count: > 0 } annotations ? annotations : null,
            Linux = new LinuxSpec
            {
                Namespaces = Namespaces(request),
                Devices = devices.Nodes,
                CgroupsPath = CgroupPath(host.CgroupParent, request.Settings.CgroupParent, request.Id),
                Resources = ResourcePlan.Of(host, devices.Rules),
                RootfsPropagation = MountPlan.RootPropagation(request.Mounts),
                Seccomp = SeccompProfile.Resolve(host.Privileged, request.Security, request.Settings, capabilities),
                Sysctl = Sysctls(request),
                MaskedPaths = host.Privileged ? null : host.MaskedPaths,
                ReadOnlyPaths = host.Privileged ? null : host.ReadonlyPaths,
            },
        };
        spec.Process!.Env = [.. spec.Process.Env!, .. devices.Edits.Environment];
        return spec;
    }

    /// <summary>By default <c>/corten/ID</c>, from the root of every hierarchy.</summary>
    public static string CgroupPath(string ofContainer, string ofDaemon, string id) =>
        "/" + (ofContainer.Length > 0 ? ofContainer : ofDaemon).Trim('/') + "/" + id;

    private static ProcessSpec Process(SpecRequest request, IReadOnlyList<string> capabilities)
    {
        var (config, host) = (request.Config, request.Host);
        IReadOnlyList<string> command = [.. config.Entrypoint ?? [], .. config.Cmd ?? []];
        return new ProcessSpec
        {
            Terminal = config.Tty,
            ConsoleSize = config.Tty && host.ConsoleSize is [> 0 and var height, > 0 and var width]
                ? new ConsoleSize { Height = (ushort)height, Width = (ushort)width }
                : null,
            User = User(request.Identity),
            Args = request.InitProgram is null ? command : [InitDestination, "--", .. command],
            Env = ProcessEnvironment.Of(config, request.Hostname, request.LinkVariables),
            Cwd = config.WorkingDir.Length > 0 ? config.WorkingDir : "/",
            Capabilities = CapabilityPlan.Sets(capabilities),
            Rlimits = Rlimits.Of(host.Ulimits, request.Settings.DefaultUlimits),
            NoNewPrivileges = request.Security.NoNewPrivileges,
            ApparmorProfile = AppArmor.ProfileOf(request.Security.AppArmor, host.Privileged),
            OomScoreAdj = host.OomScoreAdj,
        };
    }

    public static UserSpec User(Identity identity) => new() { Uid = identity.Uid, Gid = identity.Gid, AdditionalGids = identity.Groups };

    private static List<NamespaceSpec> Namespaces(SpecRequest request)
    {
        var host = request.Host;
        var namespaces = new List<NamespaceSpec> { new() { Type = "mount" } };
        if (request.NetworkNamespace is not null)
        {
            namespaces.Add(new NamespaceSpec { Type = "network", Path = request.NetworkNamespace });
        }

        if (host.UTSMode != "host")
        {
            namespaces.Add(new NamespaceSpec { Type = "uts" });
        }

        if (host.PidMode != "host")
        {
            namespaces.Add(new NamespaceSpec { Type = "pid", Path = request.PidNamespacePid is { } pid ? $"/proc/{pid}/ns/pid" : null });
        }

        if (host.IpcMode != "host")
        {
            namespaces.Add(new NamespaceSpec { Type = "ipc", Path = request.IpcPid is { } pid ? $"/proc/{pid}/ns/ipc" : null });
        }

        if (host.CgroupnsMode == "private")
        {
            namespaces.Add(new NamespaceSpec { Type = "cgroup" });
        }

        return namespaces;
    }

    /// <summary>Without capabilities a program may ping and bind low ports: both are harmless inside a network of its own.</summary>
    private static Dictionary<string, string>? Sysctls(SpecRequest request)
    {
        var sysctls = new Dictionary<string, string>(StringComparer.Ordinal);
        var ownNetwork = request.NetworkNamespace is not null && !request.Host.NetworkMode.StartsWith("container:", StringComparison.Ordinal);
        if (ownNetwork)
        {
            sysctls["net.ipv4.ip_unprivileged_port_start"] = "0";
            sysctls["net.ipv4.ping_group_range"] = "0 2147483647";
        }

        foreach (var (name, value) in request.Host.Sysctls ?? [])
        {
            sysctls[name] = value;
        }

        return sysctls.Count > 0 ? sysctls : null;
    }
}
