using Corten.Containers.Spec;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Validation;

/// <summary>What may stand in a <see cref="HostConfig"/>, apart from limits, mounts, networks and logging, which have rules of their own.</summary>
internal static class HostRules
{
    public static void Check(HostConfig host, ContainerSettings settings, IList<string> warnings)
    {
        if (host.ShmSize < 0)
        {
            throw CortenException.Invalid("SHM size can not be less than 0");
        }

        if (host.OomScoreAdj is < -1000 or > 1000)
        {
            throw CortenException.Invalid($"Invalid value {host.OomScoreAdj}, range for oom score adj is [-1000, 1000]");
        }

        if (host.Annotations?.ContainsKey("") == true)
        {
            throw CortenException.Invalid("invalid Annotations: the empty string is not permitted as an annotation key");
        }

        if (host.Isolation is not ("" or "default"))
        {
            throw CortenException.Invalid($"invalid isolation ({host.Isolation}): linux only supports 'default'");
        }

        CheckRestartPolicy(host);
        CheckModes(host);
        CapabilityPlan.Normalize("CapAdd", host.CapAdd);
        CapabilityPlan.Normalize("CapDrop", host.CapDrop);
        SecurityOptions.Parse(host.SecurityOpt, settings);
        if (host.StorageOpt is { Count: > 0 })
        {
            throw CortenException.Internal("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
        }

        settings.RuntimeCommand(host.Runtime);
        ResourceRules.Check(host, warnings, update: false);
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

    private static void CheckRestartPolicy(HostConfig host)
    {
        if (host.AutoRemove && host.RestartPolicy.Name is not ("" or "no"))
        {
            throw CortenException.Invalid("can't create 'AutoRemove' container with restart policy");
        }

        CheckRestartPolicy(host.RestartPolicy);
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

        if (host.UTSMode is not ("" or "host"))
        {
            throw CortenException.Invalid($"invalid UTS mode: {host.UTSMode}");
        }

        if (host.CgroupnsMode is not ("" or "private" or "host"))
        {
            throw CortenException.Invalid($"invalid cgroup namespace mode: {host.CgroupnsMode}");
        }
    }

    private static bool IsContainer(string mode) => mode.StartsWith("container:", StringComparison.Ordinal);
}
