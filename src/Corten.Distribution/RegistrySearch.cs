using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Distribution.Authentication;
using Corten.Distribution.Registry;
using Corten.Distribution.Transport;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Distribution;

/// <summary>One repository that a search found.</summary>
public sealed record SearchHit
{
    [JsonPropertyName("name")] public string Name { get; set; } = "";
    [JsonPropertyName("description")] public string? Description { get; set; }
    [JsonPropertyName("star_count")] public int StarCount { get; set; }
    [JsonPropertyName("is_official")] public bool IsOfficial { get; set; }
    [JsonPropertyName("is_automated")] public bool IsAutomated { get; set; }
}

/// <summary>Searches an index: Docker Hub, or the registry that the term names, by the old <c>/v1/search</c>.</summary>
public static class RegistrySearch
{
    private const int MaxBody = 4 * 1024 * 1024;

    /// <param name="registries">The way there.</param>
    /// <param name="term">Words, perhaps after a registry's host and a slash.</param>
    /// <param name="limit">At most so many hits.</param>
    /// <param name="credentials">Sent as Basic, if there are any.</param>
    /// <param name="cancellationToken"></param>
    /// <exception cref="CortenException">The index can't be reached, or answers something else.</exception>
    public static async Task<IReadOnlyList<SearchHit>> SearchAsync(
        Registries registries, string term, int limit, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        if (term.Contains("://", StringComparison.Ordinal))
        {
            throw CortenException.Invalid($"invalid repository name: repository name ({term}) should not have a scheme");
        }

        var slash = term.IndexOf('/');
        var host = slash > 0 && term[..slash].AsSpan().IndexOfAny('.', ':') >= 0 ? term[..slash] : null;
        var words = host is null ? term : term[(slash + 1)..];
        var scheme = host is not null && RegistryEndpoint.IsInsecure(host, registries.Settings) ? "http" : "https";
        var uri = new Uri($"{scheme}://{host ?? "index.docker.io"}/v1/search?q={Uri.EscapeDataString(words)}&n={limit}");
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.TryAddWithoutValidation("X-Docker-Token", "true");
        if (credentials.HasPassword)
        {
            request.Headers.Authorization = new("Basic", credentials.BasicValue);
        }

        using var response = await registries.Transports.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw CortenException.Internal($"Unexpected status code {(int)response.StatusCode}");
        }

        try
        {
            var body = await BoundedBody.ReadAsync(response, MaxBody, cancellationToken);
            return JsonSerializer.Deserialize(body, SearchJson.Default.SearchResults)?.Results ?? [];
        }
        catch (JsonException problem)
        {
            throw CortenException.Internal($"error decoding registry search results: {JsonProblem.Describe(problem)}", problem);
        }
    }
}

internal sealed record SearchResults
{
    [JsonPropertyName("results")] public IReadOnlyList<SearchHit>? Results { get; set; }
}

[JsonSerializable(typeof(SearchResults))]
internal sealed partial class SearchJson : JsonSerializerContext;
