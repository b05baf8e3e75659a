using System.Text.RegularExpressions;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Exporting;

/// <summary>Which of an image's parts an annotation is put on.</summary>
public enum AnnotationPlace
{
    Manifest,
    ManifestDescriptor,
    Index,
    IndexDescriptor,
}

/// <summary>Annotations as exporters are told them: <c>annotation[-PLACE][[PLATFORM]].KEY=VALUE</c>.</summary>
public sealed partial class ImageAnnotations
{
    public static readonly ImageAnnotations None = new([]);

    private readonly List<(AnnotationPlace Place, string? Platform, string Key, string Value)> _all;

    private ImageAnnotations(List<(AnnotationPlace, string?, string, string)> all) => _all = all;

    public bool OnIndex => _all.Exists(a => a.Place is AnnotationPlace.Index or AnnotationPlace.IndexDescriptor);

    /// <summary>Docker's own media types have a place for those of manifests only.</summary>
    public bool NeedsOci => _all.Exists(a => a.Place != AnnotationPlace.Manifest);

    public static ImageAnnotations Parse(IEnumerable<KeyValuePair<string, string>> attributes)
    {
        var found = new List<(AnnotationPlace, string?, string, string)>();
        foreach (var (name, value) in attributes)
        {
            if (Pattern().Match(name) is { Success: true } match)
            {
                found.Add((PlaceOf(match.Groups["place"].Value), match.Groups["platform"] is { Success: true } platform ? Platform.Parse(platform.Value).ToString() : null,
                    match.Groups["key"].Value, value));
            }
        }

        return found.Count == 0 ? None : new ImageAnnotations(found);
    }

    /// <summary>Null for none. Those of one platform come on top of those for all.</summary>
    public IReadOnlyDictionary<string, string>? Of(AnnotationPlace place, Platform? platform)
    {
        var text = platform?.ToString();
        SortedDictionary<string, string>? chosen = null;
        foreach (var (_, _, key, value) in _all.Where(a => a.Place == place && (a.Platform is null || a.Platform == text)).OrderBy(a => a.Platform is not null))
        {
            (chosen ??= new(StringComparer.Ordinal))[key] = value;
        }

        return chosen;
    }

    /// <exception cref="CortenException">InvalidArgument: one is for a platform that is not built.</exception>
    public void CheckPlatforms(IEnumerable<Platform> built)
    {
        var known = built.Select(p => p.ToString()).ToHashSet();
        if (_all.Find(a => a.Platform is not null && !known.Contains(a.Platform)) is { Key: not null } stray)
        {
            throw CortenException.Invalid($"invalid annotation: no platform {stray.Platform} found in source");
        }
    }

    private static AnnotationPlace PlaceOf(string word) => word switch
    {
        "" or "manifest" => AnnotationPlace.Manifest,
        "manifest-descriptor" => AnnotationPlace.ManifestDescriptor,
        "index" => AnnotationPlace.Index,
        "index-descriptor" => AnnotationPlace.IndexDescriptor,
        _ => throw CortenException.Invalid($"unrecognized annotation type {word}"),
    };

    [GeneratedRegex(@"\Aannotation(?:-(?<place>[a-z-]+))?(?:\[(?<platform>[A-Za-z0-9_/-]+)\])?\.(?<key>\S+)\z")]
    private static partial Regex Pattern();
}
