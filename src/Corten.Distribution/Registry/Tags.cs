using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Distribution.Transport;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Distribution.Registry;

public sealed partial class Repository
{
    /// <summary>A page of tags is at most this long.</summary>
    private const int MaxTagPage = 16 * 1024 * 1024;

    /// <summary>Lists longer than this are refused.</summary>
    private const int MaxTags = 100_000;

    /// <summary>Every tag, page by page.</summary>
    public async Task<IReadOnlyList<string>> ListTagsAsync(CancellationToken cancellationToken)
    {
        var tags = new List<string>();
        for (Uri? page = At("tags/list"); page is not null;)
        {
            using var response = await SendAsync(HttpMethod.Get, page, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw await RegistryErrors.ReadAsync(response, cancellationToken);
            }

            var before = tags.Count;
            var body = await BoundedBody.ReadAsync(response, MaxTagPage, cancellationToken);
            tags.AddRange(Parse(body));
            if (tags.Count > MaxTags)
            {
                throw CortenException.Internal($"{Name.FamiliarRepository} has more than {MaxTags} tags");
            }

            // A server that keeps linking to empty pages would hold us forever.
            page = tags.Count > before ? NextPage(response, page) : null;
        }

        return tags;
    }

    private static IReadOnlyList<string> Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, TagsJson.Default.TagList)?.Tags ?? [];
        }
        catch (JsonException problem)
        {
            throw CortenException.Internal($"the registry's list of tags is not readable: {JsonProblem.Describe(problem)}", problem);
        }
    }

    /// <summary>The target of <c>Link: &lt;url&gt;; rel="next"</c>.</summary>
    private static Uri? NextPage(HttpResponseMessage response, Uri page)
    {
        if (!response.Headers.TryGetValues("Link", out var links))
        {
            return null;
        }

        var link = links.FirstOrDefault(l => l.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase) || l.Contains("rel=next", StringComparison.OrdinalIgnoreCase)) ?? "";
        var (open, close) = (link.IndexOf('<'), link.IndexOf('>'));
        return open >= 0 && close > open && Uri.TryCreate(page, link[(open + 1)..close], out var next) ? next : null;
    }
}

internal sealed record TagList
{
    [JsonPropertyName("tags")] public IReadOnlyList<string>? Tags { get; set; }
}

[JsonSerializable(typeof(TagList))]
internal sealed partial class TagsJson : JsonSerializerContext;
