using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Corten.Oci.Errors;

namespace Corten.Oci.Image;

/// <summary>
/// The name of an image: <c>[registry/]repository[:tag][@digest]</c>, by the grammar of distribution's reference package and with
/// Docker's defaults: no registry means <c>docker.io</c>, one component there means <c>library/</c>.
/// </summary>
public sealed partial record ImageReference
{
    public const string DefaultDomain = "docker.io";
    public const string DefaultTag = "latest";

    /// <summary>Repository names are at most this long, registry included.</summary>
    public const int MaxRepositoryLength = 255;

    private ImageReference(string domain, string path, string? tag, Digest digest) => (Domain, Path, Tag, Digest) = (domain, path, tag, digest);

    /// <summary>Host and port of the registry, <c>docker.io</c> for Docker Hub.</summary>
    public string Domain { get; }

    /// <summary>The repository's path at its registry: <c>library/alpine</c>.</summary>
    public string Path { get; }

    public string? Tag { get; }

    /// <summary>Empty when the reference has none.</summary>
    public Digest Digest { get; }

    /// <summary>Registry and path: <c>docker.io/library/alpine</c>.</summary>
    public string Repository => $"{Domain}/{Path}";

    /// <summary>The repository as Docker shows it: <c>alpine</c>, <c>user/app</c>, <c>localhost:5000/app</c>.</summary>
    public string FamiliarRepository =>
        Domain != DefaultDomain ? Repository
        : Path.StartsWith("library/", StringComparison.Ordinal) && Path.IndexOf('/', 8) < 0 ? Path["library/".Length..]
        : Path;

    /// <summary>The whole reference as Docker shows it: <c>alpine:3.19</c>.</summary>
    public string Familiar => FamiliarRepository + Suffix;

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest.IsEmpty ? "" : "@" + Digest);

    public static ImageReference Parse(string text) =>
        TryParse(text, out var reference, out var problem) ? reference : throw CortenException.Invalid(problem);

    public static bool TryParse(string? text, [NotNullWhen(true)] out ImageReference? reference) => TryParse(text, out reference, out _);

    /// <summary>This reference, with <c>latest</c> where it has neither tag nor digest.</summary>
    public ImageReference WithDefaultTag() => Tag is null && Digest.IsEmpty ? WithTag(DefaultTag) : this;

    public ImageReference WithTag(string tag) =>
        TagPattern().IsMatch(tag) ? new(Domain, Path, tag, default) : throw CortenException.Invalid("invalid tag format");

    public ImageReference WithDigest(Digest digest) => new(Domain, Path, null, digest);

    /// <summary>The full form, registry included: what the store keeps names by.</summary>
    public override string ToString() => Repository + Suffix;

    private static bool TryParse(string? text, [NotNullWhen(true)] out ImageReference? reference, out string problem)
    {
        reference = null;
        problem = "invalid reference format";
        if (string.IsNullOrEmpty(text) || text.Length > 4096)
        {
            return false;
        }

        if (HexId().IsMatch(text))
        {
            problem = $"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings";
            return false;
        }

        var remote = SplitDomain(text).Path;
        remote = remote.IndexOf(':') is >= 0 and var end ? remote[..end] : remote;
        if (remote.Any(char.IsUpper))
        {
            problem = $"invalid reference format: repository name ({remote}) must be lowercase";
            return false;
        }

        var (name, digest) = (text, default(Digest));
        var at = text.IndexOf('@');
        if (at >= 0)
        {
            name = text[..at];
            if (!Digest.TryParse(text[(at + 1)..], out digest))
            {
                return false;
            }
        }

        var colon = name.LastIndexOf(':');
        string? tag = null;
        if (colon > name.LastIndexOf('/'))
        {
            (name, tag) = (name[..colon], name[(colon + 1)..]);
            if (!TagPattern().IsMatch(tag))
            {
                return false;
            }
        }

        var (domain, path) = SplitDomain(name);
        if (!PathPattern().IsMatch(path) || !DomainPattern().IsMatch(domain))
        {
            return false;
        }

        if (domain.Length + 1 + path.Length > MaxRepositoryLength)
        {
            problem = $"repository name must not be more than {MaxRepositoryLength} characters";
            return false;
        }

        reference = new ImageReference(domain, path, tag, digest);
        return true;
    }

    private static (string Domain, string Path) SplitDomain(string name)
    {
        var slash = name.IndexOf('/');
        var head = slash < 0 ? "" : name[..slash];
        var (domain, path) = slash >= 0 && (head.Contains('.') || head.Contains(':') || head == "localhost" || head != head.ToLowerInvariant())
            ? (head, name[(slash + 1)..])
            : (DefaultDomain, name);
        domain = domain == "index.docker.io" ? DefaultDomain : domain;
        return (domain, domain == DefaultDomain && !path.Contains('/') ? "library/" + path : path);
    }

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"\A(([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])(\.([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]))*|\[[a-fA-F0-9:]+\])(:[0-9]+)?\z")]
    private static partial Regex DomainPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"\A[a-f0-9]{64}\z")]
    private static partial Regex HexId();
}
