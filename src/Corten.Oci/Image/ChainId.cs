using System.Text;

namespace Corten.Oci.Image;

/// <summary>The identity of a stack of layers (image-spec, config.md, "Layer ChainID"): what an unpacked layer is stored under.</summary>
public static class ChainId
{
    /// <summary>The chain of <paramref name="diffIds"/>, lowest first; <c>default</c> for no layers.</summary>
    public static Digest Of(IEnumerable<Digest> diffIds)
    {
        Digest chain = default;
        foreach (var diffId in diffIds)
        {
            chain = Append(chain, diffId);
        }

        return chain;
    }

    public static Digest Append(Digest parent, Digest diffId) =>
        parent.IsEmpty ? diffId : Digest.Of(Encoding.ASCII.GetBytes($"{parent} {diffId}"));
}
