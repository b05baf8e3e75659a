using Corten.Build.BuildKit.Protocol;
using Corten.Build.Planning;
using Corten.Oci.Errors;
using Google.Protobuf;
using Platform = Corten.Oci.Image.Platform;

namespace Corten.Build.BuildKit;

/// <summary>
/// A graph that a client made itself (BuildKit's low-level build definition). One kind is run here: a single file from a URL, which buildx asks for to read
/// <c>--file http://…</c>.
/// </summary>
internal static class ClientGraph
{
    private const string FileNameAttribute = "http.filename";
    private const string NameDescription = "llb.customname";

    /// <summary>The file that the graph fetches.</summary>
    /// <exception cref="CortenException">NotImplemented: it does anything else. InvalidArgument: it is no graph, or gives the file a name with folders.</exception>
    public static HttpStep Parse(Definition definition)
    {
        var operations = Operations(definition);
        var source = operations is [{ Source: { } first, Inputs.Count: 0 }, { Source: null, Inputs.Count: 1 }] ? first : null;
        if (source is null || !(source.Identifier.StartsWith("http://", StringComparison.Ordinal) || source.Identifier.StartsWith("https://", StringComparison.Ordinal)))
        {
            throw CortenException.NotImplemented("a graph of the client's own is not run here, but for one that fetches a file from a URL: use a Dockerfile");
        }

        var unknown = source.Attrs.Keys.FirstOrDefault(a => a != FileNameAttribute);
        if (unknown is not null)
        {
            throw CortenException.NotImplemented($"the attribute {unknown} of a file from a URL is not known here");
        }

        var name = source.Attrs.GetValueOrDefault(FileNameAttribute, "download");
        if (name is "" or "." or ".." || name.AsSpan().IndexOfAny('/', '\0') >= 0)
        {
            throw CortenException.Invalid($"the file name {Dockerfile.Expansion.GoText.Quote(name)} for {source.Identifier} is not a plain name");
        }

        var title = definition.Metadata.Values.Select(m => m.Description.GetValueOrDefault(NameDescription)).FirstOrDefault(d => d is { Length: > 0 });
        return new HttpStep { Name = title ?? source.Identifier, Url = source.Identifier, FileName = name, Platform = Platform.Host };
    }

    /// <exception cref="CortenException">InvalidArgument: it can't be read.</exception>
    public static IReadOnlyList<Op> Operations(Definition definition)
    {
        try
        {
            return [.. definition.Def.Select(Op.Parser.ParseFrom)];
        }
        catch (InvalidProtocolBufferException e)
        {
            throw CortenException.Invalid("the client sent a graph that can't be read", e);
        }
    }
}
