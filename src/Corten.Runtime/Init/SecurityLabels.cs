using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Init;

/// <summary>
/// The labels that the kernel gives this process at its next exec: an AppArmor profile, an SELinux context. Written to our own attributes through the checked
/// procfs (CVE-2019-16884, CVE-2025-52881). A kernel without the module can't apply them, and asking it to is an error.
/// </summary>
internal static class SecurityLabels
{
    public static void Apply(ProcFs proc, ProcessSpec spec)
    {
        if (spec.ApparmorProfile is { Length: > 0 } profile && profile != "unconfined") ApplyProfile(proc, profile);
        if (spec.SelinuxLabel is { Length: > 0 } label) proc.Write("thread-self/attr/exec", label);
    }

    private static void ApplyProfile(ProcFs proc, string profile)
    {
        try
        {
            // Which place this kernel has is seen by what can always be read: exec itself can't be while nothing is asked for.
            bool own = proc.Read("thread-self/attr/apparmor/current", 4096) is not null;
            proc.Write(own ? "thread-self/attr/apparmor/exec" : "thread-self/attr/exec", "exec " + profile);
        }
        catch (LinuxException e)
        {
            throw new StepException("apparmor", e.Errno, $"unable to apply apparmor profile: apparmor failed to apply profile: {e.Message}", e);
        }
    }
}
