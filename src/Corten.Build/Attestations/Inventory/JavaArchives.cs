using System.IO.Compression;
using System.Text;

namespace Corten.Build.Attestations.Inventory;

/// <summary>Java's archives: what Maven left in them (<c>META-INF/maven/…/pom.properties</c>), or their manifest says; archives within archives too.</summary>
internal static class JavaArchives
{
    private const int MaxEntries = 200_000;
    private const int MaxText = 1 << 20;
    private const int MaxInner = 256 << 20;
    private const int MaxDepth = 3;

    public static IEnumerable<FoundPackage> In(ImageFiles files)
    {
        foreach (var path in files.Files(static (name, _) => IsArchive(name)))
        {
            using var file = files.Open(path);
            foreach (var package in file is null ? [] : Of(file, path, 0))
            {
                yield return package;
            }
        }
    }

    internal static List<FoundPackage> Of(Stream file, string where, int depth)
    {
        var found = new List<FoundPackage>();
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.Entries.Count > MaxEntries)
            {
                return found;
            }

            foreach (var entry in archive.Entries.Where(e => e.FullName.StartsWith("META-INF/maven/", StringComparison.Ordinal) && e.Name == "pom.properties"))
            {
                Add(found, Properties(entry, '='), "groupId", "artifactId", "version", where);
            }

            if (found.Count == 0 && archive.GetEntry("META-INF/MANIFEST.MF") is { } manifest)
            {
                var fields = Properties(manifest, ':');
                fields.TryAdd("Bundle-SymbolicName", fields.GetValueOrDefault("Implementation-Title", ""));
                fields.TryAdd("Bundle-Version", fields.GetValueOrDefault("Implementation-Version", ""));
                Add(found, fields, "Implementation-Vendor-Id", "Bundle-SymbolicName", "Bundle-Version", where);
            }

            foreach (var inner in archive.Entries.Where(e => depth < MaxDepth && IsArchive(e.Name) && e.Length <= MaxInner))
            {
                using var copy = new MemoryStream(Content(inner, MaxInner));
                found.AddRange(Of(copy, $"{where}!/{inner.FullName}", depth + 1));
            }
        }
        catch (InvalidDataException)
        {
            // No archive, whatever its name says: the rest of the image is looked into all the same.
        }

        return found;
    }

    private static bool IsArchive(string name) => Path.GetExtension(name) is ".jar" or ".war" or ".ear";

    private static void Add(List<FoundPackage> found, Dictionary<string, string> fields, string group, string name, string version, string where)
    {
        if (fields.GetValueOrDefault(name, "").Split(';')[0] is { Length: > 0 } artifact && fields.GetValueOrDefault(version, "") is { Length: > 0 } number)
        {
            found.Add(new FoundPackage("maven", fields.GetValueOrDefault(group, "") is { Length: > 0 } space ? $"{space}/{artifact}" : artifact, number, where));
        }
    }

    private static Dictionary<string, string> Properties(ZipArchiveEntry entry, char separator)
    {
        var fields = new Dictionary<string, string>();
        foreach (var line in Encoding.UTF8.GetString(Content(entry, MaxText)).Split('\n').Where(l => l.Length > 0 && l[0] is not ('#' or ' ')))
        {
            var at = line.IndexOf(separator, StringComparison.Ordinal);
            if (at > 0)
            {
                fields.TryAdd(line[..at].Trim(), line[(at + 1)..].Trim());
            }
        }

        return fields;
    }

    /// <summary>What an entry says of its length may be a lie: no more is read than may be.</summary>
    private static byte[] Content(ZipArchiveEntry entry, int limit)
    {
        using var source = entry.Open();
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int count; content.Length < limit && (count = source.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }
}
