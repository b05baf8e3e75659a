using Corten.Linux.Mounts;
using Corten.Linux.Namespaces;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Creation;

/// <summary>What a configuration must and must not say (runtime-spec, config.md and config-linux.md): checked before anything is done.</summary>
internal static class SpecRules
{
    private const int MajorVersion = 1;

    public static void Check(RuntimeSpec spec)
    {
        CheckVersion(spec.OciVersion);
        if (string.IsNullOrEmpty(spec.Root?.Path)) throw CortenException.Invalid("Root must be specified");
        foreach (MountSpec mount in spec.Mounts)
        {
            if (string.IsNullOrEmpty(mount.Destination)) throw CortenException.Invalid("invalid mount: destination must not be empty");
            if (mount.UidMappings is { Count: > 0 } != mount.GidMappings is { Count: > 0 })
            {
                throw CortenException.Invalid($"invalid mount {mount.Destination}: both uidMappings and gidMappings must be specified, or neither");
            }
        }
        foreach (HookSpec hook in AllHooks(spec.Hooks))
        {
            if (!hook.Path.StartsWith('/')) throw CortenException.Invalid($"hook path must be absolute: \"{hook.Path}\"");
            if (hook.Timeout is <= 0) throw CortenException.Invalid($"hook timeout must be greater than zero: {hook.Path}");
        }
    }

    public static void Check(LinuxSpec linux, RuntimeSpec spec, NamespacePlan namespaces)
    {
        if (!string.IsNullOrEmpty(spec.Hostname) && !namespaces.Private(NamespaceKind.Uts)) throw CortenException.Invalid("unable to set hostname without a private UTS namespace");
        if (!string.IsNullOrEmpty(spec.Domainname) && !namespaces.Private(NamespaceKind.Uts)) throw CortenException.Invalid("unable to set domainname without a private UTS namespace");
        if (!string.IsNullOrEmpty(linux.RootfsPropagation) && MountOptions.ParsePropagation(linux.RootfsPropagation) == 0)
        {
            throw CortenException.Invalid($"rootfsPropagation={linux.RootfsPropagation} is not supported");
        }
        bool guards = linux.MaskedPaths is { Count: > 0 } || linux.ReadOnlyPaths is { Count: > 0 };
        if (guards && !namespaces.Private(NamespaceKind.Mount)) throw CortenException.Invalid("unable to restrict sys entries without a private MNT namespace");
        if (linux.TimeOffsets is { Count: > 0 } && !namespaces.Makes(NamespaceKind.Time)) throw CortenException.Invalid("time namespace offsets specified, but time namespace isn't enabled in the config");
        bool mappings = linux.UidMappings is { Count: > 0 } || linux.GidMappings is { Count: > 0 };
        if (mappings && !namespaces.Private(NamespaceKind.User)) throw CortenException.Invalid("user namespace mappings specified, but user namespace isn't enabled in the config");
        if (namespaces.Makes(NamespaceKind.User) && !(linux.UidMappings is { Count: > 0 } && linux.GidMappings is { Count: > 0 }))
        {
            throw CortenException.Invalid("user namespaces enabled, but no uid or gid mappings found");
        }
        if (linux.NetDevices is { Count: > 0 } && !namespaces.Private(NamespaceKind.Network)) throw CortenException.Invalid("unable to move network devices without a private NET namespace");
        foreach (string name in (linux.Sysctl ?? new Dictionary<string, string>()).Keys) SysctlRules.Check(name, namespaces);
    }

    private static void CheckVersion(string version)
    {
        string[] parts = version.Split('-', '+')[0].Split('.');
        if (parts.Length != 3 || !Array.TrueForAll(parts, part => int.TryParse(part, out int number) && number >= 0)) throw CortenException.Invalid($"unable to parse spec version \"{version}\"");
        if (int.Parse(parts[0]) != MajorVersion) throw CortenException.Invalid($"unsupported spec version {version}: only 1.x is supported");
    }

    private static IEnumerable<HookSpec> AllHooks(HookSet? hooks) => hooks is null
        ? []
        : new[] { hooks.Prestart, hooks.CreateRuntime, hooks.CreateContainer, hooks.StartContainer, hooks.Poststart, hooks.Poststop }.SelectMany(list => list ?? []);
}
