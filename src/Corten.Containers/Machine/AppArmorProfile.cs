using System.Text;

namespace Corten.Containers.Machine;

/// <summary>
/// The AppArmor profile (apparmor.d(5)) of containers that name none. It allows what Docker's <c>docker-default</c> allows: everything that the capabilities
/// leave, but no mounting, no tracing of what is outside, and no writing to the kernel's files, whatever is mounted where.
/// </summary>
internal static class AppArmorProfile
{
    /// <summary>Not Docker's name: its profile may be in the same kernel, for its containers.</summary>
    public const string Name = "corten-default";

    /// <param name="root">Where <c>/etc/apparmor.d</c> is looked for.</param>
    /// <param name="daemon">The profile that this process is confined by, or <c>unconfined</c>.</param>
    public static string Text(string root, string daemon)
    {
        var text = new StringBuilder();
        if (File.Exists(Path.Combine(root, "etc/apparmor.d/tunables/global")))
        {
            text.Append("#include <tunables/global>\n");
        }

        text.Append("profile ").Append(Name).Append(" flags=(attach_disconnected,mediate_deleted) {\n");
        if (File.Exists(Path.Combine(root, "etc/apparmor.d/abstractions/base")))
        {
            text.Append("  #include <abstractions/base>\n");
        }

        text.Append($$"""
              file,
              network,
              capability,
              umount,
              deny mount,

              # Those within may signal and trace each other; those outside may signal them.
              signal peer={{Name}},
              ptrace peer={{Name}},
              signal (receive) peer=unconfined,

              # Of /proc only processes' own files, and those of shared memory.
              deny /proc/* w,
              deny /proc/{[^1-9s]*,s[^y]*,sy[^s]*,sys?*}/** w,
              deny /proc/sys/{[^k]*,k[^e]*,ke[^r]*} w,
              deny /proc/sys/{[^k]*,k[^e]*,ke[^r]*}/** w,
              deny /proc/sys/kernel/{[^s]*,s[^h]*,sh[^m]*} w,
              deny /proc/sys/kernel/{[^s]*,s[^h]*,sh[^m]*}/** w,
              deny /proc/{sysrq-trigger,kcore} rwklx,

              # Of /sys only cgroups.
              deny /sys/{[^f]*,f[^s]*,fs/[^c]*,fs/c[^g]*,fs/cg[^r]*}/** wklx,
              deny /sys/{firmware,kernel/security,devices/virtual/powercap}/** rwklx,

            """);
        if (daemon != "unconfined")
        {
            text.Append("  signal (receive) peer=\"").Append(daemon.Replace("\"", "", StringComparison.Ordinal)).Append("\",\n");
        }

        return text.Append("}\n").ToString();
    }
}
