using Corten.Linux;
using Corten.Networks.Drivers;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Sandboxes;

/// <summary>Kernel settings of one link that the user gives with its endpoint: <c>net.ipv4.conf.IFNAME.log_martians=1</c>, separated by commas.</summary>
internal static class LinkSettings
{
    public const string Option = "com.docker.network.endpoint.sysctls";

    /// <summary>What is wrong with the form of them, in Docker's words.</summary>
    public static IEnumerable<string> Problems(string text) => Split(text).Where(s => Parse(s) is null)
        .Select(s => $"unrecognised network interface sysctl '{s}'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X' must be 'ipv4', 'ipv6' or 'mpls'");

    /// <summary>In the container's namespace.</summary>
    public static void Write(Endpoint endpoint)
    {
        foreach (var setting in Split(endpoint.Settings.DriverOpts?.GetValueOrDefault(Option) ?? "").Select(Parse).OfType<Setting>())
        {
            var key = $"{setting.Family}/{setting.Kind}/{endpoint.InnerLink}/{setting.Name}";
            if (!Sysctl.Exists(key))
            {
                throw CortenException.Internal($"failed to add interface {endpoint.HostLink} to sandbox: /proc/sys/net/{key} is not a sysctl file");
            }
            try
            {
                Sysctl.Write(key, setting.Value);
            }
            catch (IOException e)
            {
                throw CortenException.Internal($"failed to add interface {endpoint.HostLink} to sandbox: unable to write to '/proc/sys/net/{key}': "
                    + $"write /proc/sys/net/{key}: {LinuxException.Describe(e.HResult > 0 ? (Errno)e.HResult : Errno.EINVAL)}", e);
            }
        }
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Null for what is no setting of a link. Clients may have made small letters of IFNAME.</summary>
    private static Setting? Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && text[..equals].Split('.') is ["net", "ipv4" or "ipv6" or "mpls", var kind, var link, var name] parts
            && link.Equals("IFNAME", StringComparison.OrdinalIgnoreCase) && IsName(kind) && IsName(name)
            ? new Setting(parts[1], kind, name, text[(equals + 1)..]) : null;
    }

    private static bool IsName(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private sealed record Setting(string Family, string Kind, string Name, string Value);
}
