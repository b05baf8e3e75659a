using System.Globalization;
using Corten.Distribution;
using Corten.Distribution.Authentication;
using Corten.EngineApi.Filters;
using Corten.EngineApi.Images;

namespace Corten.Images;

/// <summary>Searches an index for repositories.</summary>
public sealed class ImageSearch(Registries registries)
{
    /// <param name="term">What to look for.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="filters"><c>is-automated</c>, <c>is-official</c>, <c>stars</c> (at least).</param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="cancellationToken"></param>
    public async Task<IReadOnlyList<ImageSearchItem>> SearchAsync(
        string term, int limit, FilterSet filters, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var (official, automated) = (filters.Bool("is-official"), filters.Bool("is-automated"));
        var stars = filters["stars"].Select(Stars).DefaultIfEmpty(0).Max();
        var hits = await RegistrySearch.SearchAsync(registries, term, limit, credentials, cancellationToken);
        return hits
            .Where(h => (official is null || h.IsOfficial == official) && (automated is null || h.IsAutomated == automated) && h.StarCount >= stars)
            .Select(h => new ImageSearchItem
            {
                Name = h.Name, Description = h.Description ?? "", StarCount = h.StarCount, IsOfficial = h.IsOfficial, IsAutomated = h.IsAutomated,
            })
            .ToList();
    }

    private static int Stars(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var stars) ? stars
        : throw new InvalidFilterException($"invalid filter 'stars=[{text}]'");
}
