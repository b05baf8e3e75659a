using System.Text;
using Corten.Oci.Image;

namespace Corten.Build.Attestations;

/// <summary>Names of packages and images as URLs (package-url specification).</summary>
internal static class PackageUrl
{
    /// <param name="reference">An image's full name.</param>
    /// <param name="platform">Which of its platforms.</param>
    public static string OfImage(string reference, Platform platform)
    {
        var qualifier = "platform=" + Escape(platform.ToString());
        if (!ImageReference.TryParse(reference, out var name))
        {
            return $"pkg:oci/{Escape(reference)}?{qualifier}";
        }

        var path = string.Join('/', name.FamiliarRepository.Split('/').Select(Escape));
        return name.Digest.IsEmpty ? $"pkg:docker/{path}@{Escape(name.Tag ?? ImageReference.DefaultTag)}?{qualifier}"
            : $"pkg:docker/{path}?digest={Escape(name.Digest.ToString())}&{qualifier}";
    }

    /// <param name="type"><c>deb</c>, <c>rpm</c>, <c>npm</c> and others.</param>
    /// <param name="space">The distribution, the scope, the group, or the path of a module; empty for none.</param>
    /// <param name="name">The package.</param>
    /// <param name="version">Its version.</param>
    /// <param name="qualifiers">In order; empty values are left out.</param>
    public static string Of(string type, string space, string name, string version, params IEnumerable<(string Key, string Value)> qualifiers)
    {
        var url = new StringBuilder("pkg:").Append(type).Append('/');
        if (space.Length > 0)
        {
            url.AppendJoin('/', space.Split('/').Select(Escape)).Append('/');
        }

        url.Append(Escape(name)).Append('@').Append(Escape(version));
        var words = qualifiers.Where(q => q.Value.Length > 0).Select(q => $"{q.Key}={Escape(q.Value)}").ToList();
        return words.Count == 0 ? url.ToString() : url.Append('?').AppendJoin('&', words).ToString();
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
