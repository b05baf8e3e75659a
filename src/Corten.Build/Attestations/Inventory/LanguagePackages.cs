using System.Text.Json;

namespace Corten.Build.Attestations.Inventory;

/// <summary>Packages of languages where their installers leave a note of each: Python's dist-info, Node's package.json.</summary>
internal static class LanguagePackages
{
    private static readonly HashSet<string> Homes = ["site-packages", "dist-packages", "node_modules"];

    public static IEnumerable<FoundPackage> In(ImageFiles files) =>
        files.Folders(Homes).SelectMany(home => home.EndsWith("node_modules", StringComparison.Ordinal) ? Node(files, home) : Python(files, home));

    private static IEnumerable<FoundPackage> Python(ImageFiles files, string home)
    {
        foreach (var name in files.Names(home))
        {
            var note = name.EndsWith(".dist-info", StringComparison.Ordinal) ? $"{home}/{name}/METADATA"
                : name.EndsWith(".egg-info", StringComparison.Ordinal) ? $"{home}/{name}/PKG-INFO" : null;
            if (note is not null && (files.Read(note) ?? files.Read($"{home}/{name}")) is { } text && OfMetadata(text, note) is { } package)
            {
                yield return package;
            }
        }
    }

    /// <summary>Python's core metadata: headers up to the first empty line.</summary>
    internal static FoundPackage? OfMetadata(string text, string where)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in text.Split('\n').TakeWhile(l => l.Trim().Length > 0))
        {
            var colon = line.IndexOf(':');
            if (colon > 0 && line[0] is not (' ' or '\t'))
            {
                fields.TryAdd(line[..colon], line[(colon + 1)..].Trim());
            }
        }

        return fields.TryGetValue("Name", out var name) && fields.TryGetValue("Version", out var version)
            ? new FoundPackage("pypi", name.ToLowerInvariant().Replace('_', '-'), version, where) { License = fields.GetValueOrDefault("License-Expression", "") } : null;
    }

    private static IEnumerable<FoundPackage> Node(ImageFiles files, string home)
    {
        foreach (var name in files.Names(home).SelectMany(n => n.StartsWith('@') ? files.Names($"{home}/{n}").Select(inner => $"{n}/{inner}") : [n]))
        {
            var note = $"{home}/{name}/package.json";
            if (files.Read(note) is { } text && OfPackageJson(text, note) is { } package)
            {
                yield return package;
            }
        }
    }

    internal static FoundPackage? OfPackageJson(string text, string where)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            string Value(string name) => json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
            return Value("name") is { Length: > 0 } package && Value("version") is { Length: > 0 } version ? new FoundPackage("npm", package, version, where) { License = Value("license") } : null;
        }
        catch (JsonException)
        {
            // Tests of packages ship broken ones on purpose.
            return null;
        }
    }
}
