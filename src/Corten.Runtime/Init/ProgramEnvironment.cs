using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Init;

/// <summary>The environment as configured, each name once (its last value), with HOME from the container's /etc/passwd when it is not set.</summary>
internal static class ProgramEnvironment
{
    private const int PasswdLimit = 4 << 20;

    public static IReadOnlyList<string> Build(ProcessSpec spec)
    {
        List<string> environment = [];
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        foreach (string entry in spec.Env ?? [])
        {
            int equals = entry.IndexOf('=');
            if (equals <= 0 || entry.Contains('\0')) throw new StepException("environment", Errno.EINVAL, $"invalid environment variable: \"{entry}\"");
            string name = entry[..equals];
            if (places.TryGetValue(name, out int place)) environment[place] = entry;
            else
            {
                places[name] = environment.Count;
                environment.Add(entry);
            }
        }
        if (!places.TryGetValue("HOME", out int home) || environment[home] == "HOME=")
        {
            string entry = "HOME=" + (HomeOf(spec.User.Uid) ?? "/");
            if (home < environment.Count && environment[home] == "HOME=") environment[home] = entry;
            else environment.Add(entry);
        }
        return environment;
    }

    public static string? PathOf(IReadOnlyList<string> environment)
    {
        foreach (string entry in environment)
        {
            if (entry.StartsWith("PATH=", StringComparison.Ordinal)) return entry["PATH=".Length..];
        }
        return null;
    }

    /// <summary>passwd(5): name:password:uid:gid:comment:home:shell.</summary>
    private static string? HomeOf(uint uid)
    {
        using RootedFolder root = RootedFolder.Open("/");
        using SafeFileHandle? place = root.TryOpenPath("etc/passwd");
        if (place is null || FileFacts.Of(place) is not { Kind: FileKind.Regular, Size: <= PasswdLimit }) return null;
        using SafeFileHandle file = root.OpenForReading("etc/passwd");
        string wanted = uid.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (string line in Encoding.UTF8.GetString(Descriptor.ReadAll(file.Number(), PasswdLimit)).Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length > 5 && fields[2] == wanted) return fields[5].Length > 0 ? fields[5] : null;
        }
        return null;
    }
}
