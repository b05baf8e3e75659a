using Corten.Build.BuildKit.Protocol;
using Corten.Build.Planning;
using Corten.Oci.Errors;
using Google.Protobuf;
using Digest = Corten.Oci.Image.Digest;

namespace Corten.Build.BuildKit;

/// <summary>
/// Results that clients hand from one build to another (<c>contexts = { base = "target:other" }</c> of a bake file). A client holds a definition, which for
/// us is a name: the result itself stays here.
/// </summary>
internal sealed class LinkedResults
{
    private const string Scheme = "corten-result://";

    /// <summary>Results that are remembered; a bake file has some tens of targets.</summary>
    private const int Most = 64;

    private readonly Dictionary<string, BuiltTree> _results = [];
    private readonly Queue<string> _order = new();

    /// <summary>Remembers a result, and gives what the client may hand on.</summary>
    public Definition Keep(string id, BuiltTree built)
    {
        lock (_results)
        {
            _results[id] = built;
            _order.Enqueue(id);
            if (_order.Count > Most)
            {
                _results.Remove(_order.Dequeue());
            }
        }

        // Clients look for the last operation's input: the output that is meant.
        var source = new Op { Source = new SourceOp { Identifier = Scheme + id } }.ToByteString();
        var digest = Digest.Of(source.Span).ToString();
        var end = new Op { Inputs = { new Input { Digest = digest } } }.ToByteString();
        return new Definition { Def = { source, end }, Metadata = { { digest, new OpMetadata() } } };
    }

    /// <summary>The contexts that the definitions stand for.</summary>
    /// <exception cref="CortenException">InvalidArgument: a definition that is none of ours.</exception>
    public IReadOnlyDictionary<string, NamedContext> Find(IEnumerable<KeyValuePair<string, Definition>> inputs) => inputs.ToDictionary(i => i.Key, i => Find(i.Key, i.Value));

    private NamedContext Find(string name, Definition definition)
    {
        foreach (var operation in ClientGraph.Operations(definition))
        {
            if (operation.Source?.Identifier is { } identifier && identifier.StartsWith(Scheme, StringComparison.Ordinal))
            {
                lock (_results)
                {
                    return _results.TryGetValue(identifier[Scheme.Length..], out var built) ? new BuiltContext(built.Tree, built.Plan.Config)
                        : throw CortenException.NotFound($"the result behind the input {name} is not here any more: build it again");
                }
            }
        }

        throw CortenException.NotImplemented($"the input {name} is a graph of the client's own, which is not run here");
    }
}
