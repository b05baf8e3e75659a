using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Spec;

/// <summary><c>--security-opt</c>, parsed.</summary>
internal sealed record SecurityOptions
{
    public bool NoNewPrivileges { get; private set; }

    /// <summary>A profile's JSON, <c>unconfined</c>, <c>builtin</c>, or null for the daemon's.</summary>
    public string? Seccomp { get; private set; }

    /// <summary>A profile's name, or null for the default one.</summary>
    public string? AppArmor { get; private set; }

    /// <summary>SELinux labels, or <c>disable</c>.</summary>
    public List<string> Labels { get; } = [];

    public bool WritableCgroups { get; private set; }

    public static SecurityOptions Parse(IReadOnlyList<string>? options, ContainerSettings settings)
    {
        var parsed = new SecurityOptions { NoNewPrivileges = settings.NoNewPrivileges };
        foreach (var option in options ?? [])
        {
            parsed.Add(option);
        }

        return parsed;
    }

    /// <summary>
    /// A container that sees the host's processes or semaphores, or may do everything, has no SELinux label unless it asks for one, and its options say so: on
    /// machines without SELinux, too, as the reference engine has it.
    /// </summary>
    public static IReadOnlyList<string>? WithLabels(HostConfig host)
    {
        var isOpen = host.Privileged || host.IpcMode == "host" || host.PidMode == "host";
        var isLabelled = host.SecurityOpt?.Any(option => option.Split('=')[0] == "label") == true;
        return isOpen && !isLabelled ? [.. host.SecurityOpt ?? [], "label=disable"] : host.SecurityOpt;
    }

    /// <summary>The AppArmor profile that the options name; empty if they name none.</summary>
    public static string AppArmorOf(HostConfig host)
    {
        var named = "";
        foreach (var option in host.SecurityOpt ?? [])
        {
            if (option.StartsWith("apparmor=", StringComparison.Ordinal) || option.StartsWith("apparmor:", StringComparison.Ordinal))
            {
                named = option["apparmor=".Length..];
            }
        }

        return named;
    }

    private void Add(string option)
    {
        if (option == "no-new-privileges")
        {
            NoNewPrivileges = true;
            return;
        }

        if (option == "disable")
        {
            Labels.Add("disable");
            return;
        }

        // The colon is what clients before 1.11 wrote.
        var at = option.IndexOf('=');
        at = at < 0 ? option.IndexOf(':') : at;
        if (at < 0)
        {
            throw CortenException.Internal($"invalid --security-opt 1: \"{option}\"");
        }

        var value = option[(at + 1)..];
        switch (option[..at])
        {
            case "label":
                Labels.Add(value);
                break;
            case "apparmor":
                AppArmor = value;
                break;
            case "seccomp":
                Seccomp = value;
                break;
            case "no-new-privileges":
                NoNewPrivileges = Switch(option, value);
                break;
            case "writable-cgroups":
                WritableCgroups = Switch(option, value);
                break;
            default:
                throw Invalid(option);
        }
    }

    /// <summary>The words that Go's strconv.ParseBool takes.</summary>
    private static bool Switch(string option, string value) => value switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw Invalid(option),
    };

    private static CortenException Invalid(string option) => CortenException.Internal($"invalid --security-opt 2: \"{option}\"");
}
