using System.Text.RegularExpressions;
using Corten.Oci.Errors;

namespace Corten.Containers.Mounts;

/// <summary>The words that <c>-v</c>, <c>--mount</c> and <c>--volumes-from</c> share, with what each excludes.</summary>
internal static partial class MountWords
{
    private static readonly string[] Propagations = ["private", "rprivate", "slave", "rslave", "shared", "rshared"];

    public static bool IsPropagation(string word) => Propagations.Contains(word);

    /// <summary>The third field of <c>-v</c>: at most one of each kind, nothing unknown.</summary>
    public static bool IsMode(string mode)
    {
        int access = 0, label = 0, propagation = 0, copy = 0, consistency = 0;
        foreach (var word in mode.Split(','))
        {
            switch (word)
            {
                case "ro" or "rw":
                    access++;
                    break;
                case "z" or "Z":
                    label++;
                    break;
                case "nocopy":
                    copy++;
                    break;
                case "consistent" or "cached" or "delegated" or "default":
                    consistency++;
                    break;
                case var _ when IsPropagation(word):
                    propagation++;
                    break;
                default:
                    return false;
            }
        }

        return access <= 1 && label <= 1 && propagation <= 1 && copy <= 1 && consistency <= 1;
    }

    public static bool IsReadOnly(string mode) => mode.Split(',').Contains("ro");

    public static string? Propagation(string mode) => mode.Split(',').FirstOrDefault(IsPropagation);

    /// <summary>A path as the kernel would see it, without dots, doubled or trailing slashes.</summary>
    public static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ".."))
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }

    public static void CheckVolumeName(string name)
    {
        if (name.Length == 1)
        {
            throw CortenException.Invalid($"create {name}: volume name is too short, names should be at least two alphanumeric characters");
        }

        if (!VolumeName().IsMatch(name))
        {
            throw CortenException.Invalid($"create {name}: \"{name}\" includes invalid characters for a local volume name, only "
                + "\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
        }
    }

    /// <summary>An absolute destination other than the root itself.</summary>
    public static void CheckDestination(string destination)
    {
        if (destination.Length == 0)
        {
            throw CortenException.Invalid("field Target must not be empty");
        }

        if (destination[0] != '/')
        {
            throw CortenException.Invalid($"invalid mount path: '{destination}' mount path must be absolute");
        }

        if (Clean(destination) == "/")
        {
            throw CortenException.Invalid("invalid specification: destination can't be '/'");
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_.-]+$")]
    private static partial Regex VolumeName();
}
