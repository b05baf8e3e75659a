using System.Globalization;
using System.Text.Json;
using Corten.Cli.Output;
using Corten.Cli.Templates;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Images;

/// <summary>An image in lists: a row for each of its names.</summary>
internal static class ImageRow
{
    private const string None = "<none>";

    public static readonly Column[] Columns =
    [
        new("ID", "IMAGE ID"), new("Repository", "REPOSITORY"), new("Tag", "TAG"), new("Digest", "DIGEST"), new("CreatedSince", "CREATED"),
        new("CreatedAt", "CREATED AT"), new("Size", "SIZE"), new("Containers", "CONTAINERS"), new("VirtualSize", "SIZE"), new("SharedSize", "SHARED SIZE"),
        new("UniqueSize", "UNIQUE SIZE"),
    ];

    public static string Table(bool digests)
        => @"{{.Repository}}\t{{.Tag}}\t" + (digests ? @"{{.Digest}}\t" : "") + @"{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";

    public static IEnumerable<Row> Of(JsonElement item, bool full, bool digests)
        => Names(item, digests).Select(name => new Row("*formatter.imageContext", Columns, column => column switch
        {
            "ID" => full ? item.Text("Id") : Ellipsis.ShortId(item.Text("Id")),
            "Repository" => name.Repository,
            "Tag" => name.Tag,
            "Digest" => name.Digest,
            "CreatedSince" => item.Int("Created") <= 0 ? "N/A" : HumanTime.Ago(DateTimeOffset.FromUnixTimeSeconds(item.Int("Created"))),
            "CreatedAt" => HumanTime.Local(DateTimeOffset.FromUnixTimeSeconds(item.Int("Created"))),
            "Size" => ByteSize.Human(item.Int("Size")),
            "Containers" => Known(item.Int("Containers"), static count => count.ToString(CultureInfo.InvariantCulture)),
            "VirtualSize" => ByteSize.Human(item.Int("Size"), 4),
            "SharedSize" => Known(item.Int("SharedSize"), static size => ByteSize.Human(size, 4)),
            "UniqueSize" => Known(item.Int("SharedSize"), size => ByteSize.Human(item.Int("Size") - size, 4)),
            _ => "",
        }));

    private static string Known(long value, Func<long, string> show) => value == -1 ? "N/A" : show(value);

    /// <summary>Tags, each once or with each digest; then digests of repositories that have no tag; then nothing.</summary>
    private static List<(string Repository, string Tag, string Digest)> Names(JsonElement item, bool digests)
    {
        var names = new List<(string, string, string)>();
        var byRepository = new Dictionary<string, List<string>>();
        foreach (var reference in Parsed(item, "RepoDigests"))
        {
            if (!byRepository.TryGetValue(reference.FamiliarRepository, out var list))
            {
                byRepository[reference.FamiliarRepository] = list = [];
            }
            list.Add(reference.Digest.ToString());
        }
        var tagged = new HashSet<string>();
        foreach (var reference in Parsed(item, "RepoTags"))
        {
            var repository = reference.FamiliarRepository;
            tagged.Add(repository);
            if (digests && byRepository.TryGetValue(repository, out var known))
            {
                names.AddRange(known.Select(digest => (repository, reference.Tag ?? None, digest)));
            }
            else
            {
                names.Add((repository, reference.Tag ?? None, None));
            }
        }
        foreach (var (repository, list) in byRepository.Where(entry => !tagged.Contains(entry.Key)))
        {
            names.AddRange(digests ? list.Select(digest => (repository, None, digest)) : [(repository, None, None)]);
        }
        return names.Count > 0 ? names : [(None, None, None)];
    }

    private static IEnumerable<ImageReference> Parsed(JsonElement item, string member)
        => item.Texts(member).Select(static text => ImageReference.TryParse(text, out var reference) ? reference : null).OfType<ImageReference>();
}
