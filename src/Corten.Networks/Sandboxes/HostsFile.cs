using System.Net;
using System.Text;

namespace Corten.Networks.Sandboxes;

/// <summary>The file behind <c>/etc/hosts</c>. It is mounted into the container, so it is changed in place and never replaced.</summary>
internal static class HostsFile
{
    private const string Base = """
        127.0.0.1	localhost
        ::1	localhost ip6-localhost ip6-loopback
        fe00::	ip6-localnet
        ff00::	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters

        """;

    /// <summary>The content for a namespace of its own.</summary>
    /// <param name="extra">Address and names of each additional line.</param>
    /// <param name="own">The container's addresses.</param>
    /// <param name="names">What the container's addresses are called.</param>
    public static string Content(IEnumerable<(string Address, string Names)> extra, IEnumerable<IPAddress> own, string names) =>
        Base + Lines(extra) + Lines(own.Select(a => (a.ToString(), names)));

    /// <summary>The content for a container in the host's namespace: the host's own, then the additional lines.</summary>
    public static string HostContent(IEnumerable<(string Address, string Names)> extra)
    {
        var host = File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts") : Base;
        return (host.Length == 0 || host.EndsWith('\n') ? host : host + "\n") + Lines(extra);
    }

    /// <summary>The host name with its domain first, as gethostname(2) callers look for it.</summary>
    public static string Names(string hostname, string domainname) =>
        domainname.Length > 0 ? $"{hostname}.{domainname} {hostname}" : hostname;

    public static void Write(string path, string content)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        var bytes = Encoding.UTF8.GetBytes(content);
        file.Write(bytes);
        file.SetLength(bytes.Length);
    }

    public static void Append(string path, IEnumerable<(string Address, string Names)> lines)
    {
        if (File.Exists(path))
        {
            var content = File.ReadAllText(path);
            Write(path, (content.Length == 0 || content.EndsWith('\n') ? content : content + "\n") + Lines(lines));
        }
    }

    /// <summary>Takes out the lines of addresses, and leaves what somebody else wrote.</summary>
    public static void Remove(string path, IReadOnlyCollection<string> addresses)
    {
        if (File.Exists(path))
        {
            var kept = File.ReadAllText(path).Split('\n').Where(line => !addresses.Contains(line.Split('\t', ' ')[0]));
            Write(path, string.Join('\n', kept));
        }
    }

    private static string Lines(IEnumerable<(string Address, string Names)> lines) =>
        string.Concat(lines.Select(line => $"{line.Address}\t{line.Names}\n"));
}
