using System.Globalization;
using Corten.Oci.Errors;
using Requested = Corten.EngineApi.Containers.TmpfsOptions;

namespace Corten.Containers.Mounts;

/// <summary>The mount options of a tmpfs: the safe defaults, then what was asked for, each word of a pair replacing the other.</summary>
internal static class TmpfsOptions
{
    private static readonly string[] Defaults = ["noexec", "nosuid", "nodev"];

    private static readonly string[][] Pairs =
    [
        ["exec", "noexec"], ["suid", "nosuid"], ["dev", "nodev"], ["ro", "rw"], ["sync", "async"], ["atime", "noatime"], ["diratime", "nodiratime"],
        ["relatime", "norelatime"], ["strictatime", "nostrictatime"], ["mand", "nomand"], ["iversion", "noiversion"],
    ];

    private static readonly string[] Flags = ["defaults", "dirsync", "remount", "bind", "rbind", "private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"];

    private static readonly string[] Keys = ["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol", "huge"];

    /// <summary>From <c>--tmpfs path:OPTIONS</c>.</summary>
    public static IReadOnlyList<string> Parse(string options)
    {
        var given = options.Split(',', StringSplitOptions.RemoveEmptyEntries);
        foreach (var option in given)
        {
            if (!IsKnown(option))
            {
                throw CortenException.Invalid($"invalid tmpfs option \"{option.Split('=')[0]}\"");
            }
        }

        return Merge(given);
    }

    /// <summary>From <c>--mount type=tmpfs</c>.</summary>
    public static IReadOnlyList<string> From(Requested? requested, bool readOnly)
    {
        var given = new List<string>();
        if (readOnly)
        {
            given.Add("ro");
        }

        if (requested is { Mode: > 0 })
        {
            given.Add("mode=" + Convert.ToString(requested.Mode, 8));
        }

        if (requested is { SizeBytes: > 0 })
        {
            given.Add("size=" + requested.SizeBytes.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var option in requested?.Options ?? [])
        {
            var text = string.Join('=', option);
            if (option.Count is < 1 or > 2 || !IsKnown(text))
            {
                throw CortenException.Invalid($"invalid option: {text}");
            }

            given.Add(text);
        }

        return Merge(given);
    }

    private static List<string> Merge(IEnumerable<string> given)
    {
        var merged = new List<string>(Defaults);
        foreach (var option in given)
        {
            var pair = Pairs.FirstOrDefault(p => p.Contains(option));
            var key = option.Split('=')[0];
            merged.RemoveAll(present => pair?.Contains(present) == true || (option.Contains('=') && present.StartsWith(key + "=", StringComparison.Ordinal)) || present == option);
            merged.Add(option);
        }

        return merged;
    }

    private static bool IsKnown(string option)
    {
        var equals = option.IndexOf('=');
        return equals < 0 ? Flags.Contains(option) || Pairs.Any(pair => pair.Contains(option)) : Keys.Contains(option[..equals]);
    }
}
