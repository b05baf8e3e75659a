namespace Corten.Build.Attestations.Inventory;

/// <summary>Packages of the distribution: dpkg's database, whole or in parts as images without a package manager have it, and apk's.</summary>
internal static class SystemPackages
{
    private const string Dpkg = "var/lib/dpkg/status";
    private const string DpkgParts = "var/lib/dpkg/status.d";
    private const string Apk = "lib/apk/db/installed";

    public static IEnumerable<FoundPackage> In(ImageFiles files)
    {
        foreach (var package in OfDpkg(files.Read(Dpkg) ?? "", Dpkg))
        {
            yield return package;
        }

        foreach (var name in files.Names(DpkgParts).Where(n => !n.EndsWith(".md5sums", StringComparison.Ordinal)))
        {
            foreach (var package in OfDpkg(files.Read($"{DpkgParts}/{name}") ?? "", $"{DpkgParts}/{name}"))
            {
                yield return package;
            }
        }

        foreach (var package in OfApk(files.Read(Apk) ?? ""))
        {
            yield return package;
        }
    }

    /// <summary>deb822: paragraphs of <c>Field: value</c>; what continues a value is indented.</summary>
    internal static IEnumerable<FoundPackage> OfDpkg(string text, string where)
    {
        foreach (var paragraph in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = Fields(paragraph, ": ");
            // In parts there is no status: they hold what is there.
            var installed = !fields.TryGetValue("Status", out var status) || status.EndsWith(" installed", StringComparison.Ordinal);
            if (installed && fields.TryGetValue("Package", out var name) && fields.TryGetValue("Version", out var version))
            {
                yield return new FoundPackage("deb", name, version, where)
                {
                    Architecture = fields.GetValueOrDefault("Architecture", ""), Source = fields.GetValueOrDefault("Source", "").Split(' ')[0], Supplier = fields.GetValueOrDefault("Maintainer", ""),
                };
            }
        }
    }

    /// <summary>Paragraphs of one letter, a colon and the value.</summary>
    internal static IEnumerable<FoundPackage> OfApk(string text)
    {
        foreach (var paragraph in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = Fields(paragraph, ":");
            if (fields.TryGetValue("P", out var name) && fields.TryGetValue("V", out var version))
            {
                yield return new FoundPackage("apk", name, version, Apk)
                {
                    Architecture = fields.GetValueOrDefault("A", ""), Source = fields.GetValueOrDefault("o", ""), License = fields.GetValueOrDefault("L", ""), Supplier = fields.GetValueOrDefault("m", ""),
                };
            }
        }
    }

    internal static Release ReleaseOf(ImageFiles files)
    {
        var fields = Fields(files.Read("etc/os-release") ?? files.Read("usr/lib/os-release") ?? "", "=");
        string Value(string name) => fields.GetValueOrDefault(name, "").Trim('"', '\'');
        return new Release(Value("ID"), Value("VERSION_ID"), Value("PRETTY_NAME"));
    }

    private static Dictionary<string, string> Fields(string paragraph, string separator)
    {
        var fields = new Dictionary<string, string>();
        foreach (var line in paragraph.Split('\n').Where(l => l.Length > 0 && l[0] is not (' ' or '\t' or '#')))
        {
            var at = line.IndexOf(separator, StringComparison.Ordinal);
            if (at > 0)
            {
                fields.TryAdd(line[..at], line[(at + separator.Length)..].Trim());
            }
        }

        return fields;
    }
}
