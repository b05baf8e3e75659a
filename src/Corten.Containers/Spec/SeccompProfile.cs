using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Containers.Machine;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Containers.Spec;

/// <summary>The filter of one container: the built-in policy or a profile of the user's, cut to the container's capabilities and to this machine.</summary>
internal static class SeccompProfile
{
    private const string Allow = "SCMP_ACT_ALLOW";
    private const uint OperationNotPermitted = 1;
    private const uint NoSuchCall = 38;

    /// <summary>Profiles are at most this long: they come from clients.</summary>
    private const int MaxProfile = 4 << 20;

    private static string MachineArchitecture => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";

    private static string[] Architectures => RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]
        : ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"];

    /// <summary>Null for no filter.</summary>
    public static SeccompSpec? Resolve(bool privileged, SecurityOptions security, ContainerSettings settings, IReadOnlyList<string> capabilities)
    {
        var choice = security.Seccomp ?? settings.SeccompProfile;
        if (privileged || choice == "unconfined")
        {
            return null;
        }

        if (choice is "" or "builtin")
        {
            return BuiltIn(capabilities);
        }

        return Custom(security.Seccomp ?? ReadFile(choice), capabilities);
    }

    public static SeccompSpec BuiltIn(IReadOnlyList<string> capabilities)
    {
        var rules = new List<SeccompRule> { Rule(SeccompTable.Always) };
        if (Kernel.Release >= new Version(4, 8))
        {
            rules.Add(Rule(["process_vm_readv", "process_vm_writev", "ptrace"]));
        }

        rules.Add(Rule(["socket"], new SeccompArgument { Index = 0, Value = SeccompTable.VirtualMachineSockets, Op = "SCMP_CMP_NE" }));
        rules.AddRange(SeccompTable.Personalities.Select(value => Rule(["personality"], new SeccompArgument { Index = 0, Value = value, Op = "SCMP_CMP_EQ" })));
        rules.AddRange(SeccompTable.ByArchitecture.Where(entry => entry.Architecture == MachineArchitecture).Select(entry => Rule(entry.Calls)));
        rules.AddRange(SeccompTable.ByCapability.Where(entry => capabilities.Contains(entry.Capability)).Select(entry => Rule(entry.Calls)));
        if (!capabilities.Contains("CAP_SYS_ADMIN"))
        {
            rules.Add(Rule(["clone"], new SeccompArgument { Index = 0, Value = SeccompTable.NamespaceFlags, ValueTwo = 0, Op = "SCMP_CMP_MASKED_EQ" }));

            // "No such call" rather than EPERM, so that the C library falls back to clone(2), whose flags the filter can see.
            rules.Add(new SeccompRule { Names = ["clone3"], Action = "SCMP_ACT_ERRNO", ErrnoRet = NoSuchCall });
        }

        return new SeccompSpec { DefaultAction = "SCMP_ACT_ERRNO", DefaultErrnoRet = OperationNotPermitted, Architectures = Architectures, Syscalls = rules };
    }

    private static SeccompSpec Custom(string json, IReadOnlyList<string> capabilities)
    {
        ProfileDocument profile;
        try
        {
            profile = json.Length <= MaxProfile ? JsonSerializer.Deserialize(json, ProfileJson.Default.ProfileDocument) ?? new() : throw new JsonException("too long");
        }
        catch (JsonException e)
        {
            throw CortenException.Internal($"Decoding seccomp profile failed: {e.Message}");
        }

        if (profile is { Architectures: { Count: > 0 }, ArchMap: { Count: > 0 } })
        {
            throw CortenException.Internal("both 'architectures' and 'archMap' are specified in the seccomp profile, use either 'architectures' or 'archMap'");
        }

        var rules = new List<SeccompRule>();
        foreach (var rule in profile.Syscalls ?? [])
        {
            if (rule is { Name.Length: > 0, Names.Count: > 0 })
            {
                throw CortenException.Internal("both 'name' and 'names' are specified in the seccomp profile, use either 'name' or 'names'");
            }

            if (Applies(rule, capabilities))
            {
                rules.Add(new SeccompRule { Names = rule.Names is { Count: > 0 } ? rule.Names : [rule.Name ?? ""], Action = rule.Action, ErrnoRet = rule.ErrnoRet, Args = rule.Args });
            }
        }

        var own = profile.ArchMap?.FirstOrDefault(map => map.Architecture == Architectures[0]);
        return new SeccompSpec
        {
            DefaultAction = profile.DefaultAction,
            DefaultErrnoRet = profile.DefaultErrnoRet,
            Architectures = own is not null ? [own.Architecture, .. own.SubArchitectures ?? []] : profile.Architectures,
            Flags = profile.Flags,
            ListenerPath = profile.ListenerPath,
            ListenerMetadata = profile.ListenerMetadata,
            Syscalls = rules,
        };
    }

    private static bool Applies(ProfileRule rule, IReadOnlyList<string> capabilities)
    {
        var (needs, bars) = (rule.Includes, rule.Excludes);
        if (bars?.Arches?.Contains(MachineArchitecture) == true || bars?.Caps?.Any(capabilities.Contains) == true || AtLeast(bars?.MinKernel) == true)
        {
            return false;
        }

        return (needs?.Arches is not { Count: > 0 } arches || arches.Contains(MachineArchitecture))
            && (needs?.Caps is not { Count: > 0 } caps || caps.All(capabilities.Contains))
            && AtLeast(needs?.MinKernel) != false;
    }

    /// <summary>Null when no kernel is named.</summary>
    private static bool? AtLeast(string? release) =>
        string.IsNullOrEmpty(release) ? null : Version.TryParse(release, out var version) && Kernel.Release >= version;

    private static SeccompRule Rule(IReadOnlyList<string> names, params SeccompArgument[] arguments) =>
        new() { Names = names, Action = Allow, Args = arguments.Length > 0 ? arguments : null };

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException e)
        {
            throw CortenException.Internal($"opening seccomp profile ({path}) failed: {e.Message}", e);
        }
    }
}

/// <summary>A profile as users write it: the runtime-spec's, with conditions.</summary>
internal sealed record ProfileDocument
{
    public string DefaultAction { get; set; } = "";
    public uint? DefaultErrnoRet { get; set; }
    public List<string>? Architectures { get; set; }
    public List<ProfileArchitecture>? ArchMap { get; set; }
    public List<string>? Flags { get; set; }
    public string? ListenerPath { get; set; }
    public string? ListenerMetadata { get; set; }
    public List<ProfileRule>? Syscalls { get; set; }
}

internal sealed record ProfileArchitecture
{
    public string Architecture { get; set; } = "";
    public List<string>? SubArchitectures { get; set; }
}

internal sealed record ProfileRule
{
    public string? Name { get; set; }
    public List<string>? Names { get; set; }
    public string Action { get; set; } = "";
    public uint? ErrnoRet { get; set; }
    public List<SeccompArgument>? Args { get; set; }
    public ProfileCondition? Includes { get; set; }
    public ProfileCondition? Excludes { get; set; }
}

internal sealed record ProfileCondition
{
    public List<string>? Caps { get; set; }
    public List<string>? Arches { get; set; }
    public string? MinKernel { get; set; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(ProfileDocument))]
internal sealed partial class ProfileJson : JsonSerializerContext;
