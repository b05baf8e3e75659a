using Corten.Containers.Mounts;
using Corten.Containers.Spec;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Validation;

/// <summary>What may stand in a <see cref="HostConfig"/>, apart from limits, mounts, networks and logging, which have rules of their own.</summary>
internal static class HostRules
{
    /// <summary>In the reference engine's order, so that of two mistakes the same one is told.</summary>
    public static void Check(HostConfig host, ContainerSettings settings, IList<string> warnings)
    {
        if (host.AutoRemove && host.RestartPolicy.Name is not ("" or "no"))
        {
            throw CortenException.Invalid("can't create 'AutoRemove' container with restart policy");
        }

        foreach (var mount in host.Mounts ?? [])
        {
            MountSpecification.Resolve(mount);
        }

        NetworkRules.CheckExtraHosts(host);
        NetworkRules.CheckPorts(host);
        CheckRestartPolicy(host.RestartPolicy);
        CapabilityPlan.Normalize("CapAdd", host.CapAdd);
        CapabilityPlan.Normalize("CapDrop", host.CapDrop);
        if (host.Annotations?.ContainsKey("") == true)
        {
            throw CortenException.Invalid("invalid Annotations: the empty string is not permitted as an annotation key");
        }

        ResourceRules.Check(host, warnings, update: false);
        CheckModes(host);
        if (host.OomScoreAdj is < -1000 or > 1000)
        {
            throw CortenException.Invalid($"Invalid value {host.OomScoreAdj}, range for oom score adj is [-1000, 1000]");
        }

        if (host.NetworkMode == "host" && host.PortBindings is { Count: > 0 })
        {
            warnings.Add("Published ports are discarded when using host network mode");
        }

        settings.RuntimeCommand(host.Runtime);
        foreach (var path in (host.Tmpfs ?? []).Keys)
        {
            MountWords.CheckDestination(path);
        }

        if (host.CgroupnsMode is not ("" or "private" or "host"))
        {
            throw CortenException.Invalid($"invalid cgroup namespace mode: {host.CgroupnsMode}");
        }
    }

    /// <summary>What is looked at after the image and the name.</summary>
    public static void CheckSecurityAndStorage(HostConfig host, ContainerSettings settings)
    {
        SecurityOptions.Parse(host.SecurityOpt, settings);
        foreach (var option in (host.StorageOpt ?? []).Keys)
        {
            throw CortenException.Internal(option.Equals("size", StringComparison.OrdinalIgnoreCase)
                ? "--storage-opt is supported only for overlay over xfs with 'pquota' mount option"
                : $"Unknown option {option}");
        }
    }

    /// <summary>A policy that an update may set as well.</summary>
    public static void CheckRestartPolicy(RestartPolicy policy)
    {
        if (policy.Name is not ("" or "no" or "always" or "on-failure" or "unless-stopped"))
        {
            throw CortenException.Invalid(
                $"invalid restart policy: unknown policy '{policy.Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        }

        if (policy.MaximumRetryCount != 0 && policy.Name != "on-failure")
        {
            throw CortenException.Invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'"
                + (policy.MaximumRetryCount < 0 ? " and cannot be negative" : ""));
        }

        if (policy.MaximumRetryCount < 0)
        {
            throw CortenException.Invalid("invalid restart policy: maximum retry count cannot be negative");
        }
    }

    private static void CheckModes(HostConfig host)
    {
        if (host.IpcMode is not ("" or "none" or "private" or "shareable" or "host") && !IsContainer(host.IpcMode))
        {
            throw CortenException.Invalid($"invalid IPC mode: {host.IpcMode}");
        }

        if (host.PidMode is not ("" or "host") && !(IsContainer(host.PidMode) && host.PidMode.Length > "container:".Length))
        {
            throw CortenException.Invalid($"invalid PID mode: {host.PidMode}");
        }

        if (host.ShmSize < 0)
        {
            throw CortenException.Invalid("SHM size can not be less than 0");
        }

        if (host.UTSMode is not ("" or "host"))
        {
            throw CortenException.Invalid($"invalid UTS mode: {host.UTSMode}");
        }
    }

    private static bool IsContainer(string mode) => mode.StartsWith("container:", StringComparison.Ordinal);
}
