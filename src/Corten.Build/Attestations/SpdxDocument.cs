using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Corten.Build.Attestations.Inventory;
using Corten.Build.Execution;
using Corten.Build.Solving;
using Corten.Oci.Image;

namespace Corten.Build.Attestations;

/// <summary>What is in an image, as an SPDX document (spdx.github.io/spdx-spec/v2.3). The same image gives the same document but for its time.</summary>
/// <param name="views">To look into trees.</param>
/// <param name="warn">Told of what is left out.</param>
public sealed class SpdxDocument(TreeViews views, Action<string> warn)
{
    public const string PredicateType = "https://spdx.dev/Document";

    private const string Unknown = "NOASSERTION";

    /// <summary>Every package that is found in the tree, each once.</summary>
    public (Release Release, IReadOnlyList<FoundPackage> Packages) Scan(Tree tree)
    {
        using var view = views.Read(tree);
        var files = new ImageFiles(view.Root);
        var packages = SystemPackages.In(files).Concat(RpmDatabase.In(files)).Concat(LanguagePackages.In(files)).Concat(GoPrograms.In(files)).Concat(JavaArchives.In(files)).DistinctBy(p => (p.Type, p.Name, p.Version, p.Where))
            .OrderBy(p => p.Type, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Version, StringComparer.Ordinal).ThenBy(p => p.Where, StringComparer.Ordinal);
        RpmDatabase.NotReadIn(files).ToList().ForEach(warn);
        return (SystemPackages.ReleaseOf(files), [.. packages]);
    }

    /// <summary>The file's name, without its ending, of the inventory of a stage or the context.</summary>
    public static string StemOf(string scan) => $"sbom-{scan}";

    /// <summary>The inventory of a stage or the context of a result.</summary>
    /// <param name="json">Gets the document.</param>
    /// <param name="built">The result.</param>
    /// <param name="scan">One of its <see cref="BuiltTree.Scans"/>.</param>
    /// <param name="digest">Of the result.</param>
    public void WriteScan(Utf8JsonWriter json, BuiltTree built, (string Name, Tree Tree) scan, Digest digest) =>
        Write(json, built with { Tree = scan.Tree }, StemOf(scan.Name), Digest.Of(Encoding.UTF8.GetBytes($"{digest} {scan.Name}")));

    /// <param name="json">Gets the document.</param>
    /// <param name="built">What is looked into.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="digest">Tells it from others of that name.</param>
    public void Write(Utf8JsonWriter json, BuiltTree built, string name, Digest digest)
    {
        var (distribution, packages) = Scan(built.Tree);
        json.WriteStartObject();
        json.WriteString("spdxVersion", "SPDX-2.3");
        json.WriteString("dataLicense", "CC0-1.0");
        json.WriteString("SPDXID", "SPDXRef-DOCUMENT");
        json.WriteString("name", name);
        json.WriteString("documentNamespace", $"https://spdx.org/spdxdocs/corten-{digest.Hex}");
        json.WriteStartObject("creationInfo");
        json.WriteStartArray("creators");
        json.WriteStringValue("Tool: corten");
        json.WriteEndArray();
        json.WriteString("created", (built.Plan.Epoch ?? DateTimeOffset.UtcNow).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteStartArray("packages");
        WriteImage(json, name, digest, distribution);
        packages.ToList().ForEach(p => WritePackage(json, p, distribution));
        json.WriteEndArray();
        json.WriteStartArray("relationships");
        WriteRelationship(json, "SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Image");
        packages.ToList().ForEach(p => WriteRelationship(json, "SPDXRef-Image", "CONTAINS", IdOf(p)));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteImage(Utf8JsonWriter json, string name, Digest digest, Release distribution)
    {
        json.WriteStartObject();
        json.WriteString("SPDXID", "SPDXRef-Image");
        json.WriteString("name", name);
        json.WriteString("versionInfo", digest.ToString());
        json.WriteString("downloadLocation", Unknown);
        json.WriteBoolean("filesAnalyzed", false);
        json.WriteString("primaryPackagePurpose", "CONTAINER");
        if (distribution.Name.Length > 0)
        {
            json.WriteString("comment", distribution.Name);
        }

        json.WriteEndObject();
    }

    private static void WritePackage(Utf8JsonWriter json, FoundPackage package, Release distribution)
    {
        json.WriteStartObject();
        json.WriteString("SPDXID", IdOf(package));
        json.WriteString("name", package.Name);
        json.WriteString("versionInfo", package.Version);
        json.WriteString("supplier", package.Supplier.Length > 0 ? $"Person: {package.Supplier.Replace('<', '(').Replace('>', ')')}" : Unknown);
        json.WriteString("downloadLocation", Unknown);
        json.WriteBoolean("filesAnalyzed", false);
        json.WriteString("sourceInfo", $"found in /{package.Where}");
        json.WriteString("licenseConcluded", Unknown);
        json.WriteString("licenseDeclared", package.License.Length > 0 && IsExpression(package.License) ? package.License : Unknown);
        json.WriteString("copyrightText", Unknown);
        json.WriteStartArray("externalRefs");
        json.WriteStartObject();
        json.WriteString("referenceCategory", "PACKAGE-MANAGER");
        json.WriteString("referenceType", "purl");
        json.WriteString("referenceLocator", UrlOf(package, distribution));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string UrlOf(FoundPackage package, Release distribution)
    {
        if (package.Type is "npm" or "golang" or "maven" && package.Name.LastIndexOf('/') is > 0 and var at)
        {
            return PackageUrl.Of(package.Type, package.Name[..at], package.Name[(at + 1)..], package.Version);
        }

        var ofSystem = package.Type is "deb" or "apk" or "rpm";
        var release = distribution.Version.Length > 0 ? $"{distribution.Id}-{distribution.Version}" : "";
        return ofSystem
            ? PackageUrl.Of(package.Type, distribution.Id, package.Name, package.Version, ("arch", package.Architecture), ("epoch", package.Epoch), ("upstream", package.Source == package.Name ? "" : package.Source), ("distro", release))
            : PackageUrl.Of(package.Type, "", package.Name, package.Version);
    }

    /// <summary>Letters, digits, dots and hyphens, and a few letters of a digest, so that no two are the same.</summary>
    private static string IdOf(FoundPackage package)
    {
        var plain = new string([.. $"{package.Type}-{package.Name}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '-')]);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{package.Type}\0{package.Name}\0{package.Version}\0{package.Where}"));
        return $"SPDXRef-Package-{plain}-{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }

    /// <summary>Looks like a licence expression; prose is no value for the field.</summary>
    private static bool IsExpression(string text) => text.Length < 200 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or '(' or ')' or ' ')
        && text.Split([' ', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Chunk(2).All(pair => pair.Length == 1 || pair[1] is "AND" or "OR" or "WITH");

    private static void WriteRelationship(Utf8JsonWriter json, string from, string kind, string to)
    {
        json.WriteStartObject();
        json.WriteString("spdxElementId", from);
        json.WriteString("relationshipType", kind);
        json.WriteString("relatedSpdxElement", to);
        json.WriteEndObject();
    }
}
