using System.Text;
using Corten.Containers.Mounts;
using Corten.Oci.Errors;

namespace Corten.Containers.Files;

/// <summary>
/// A path as <c>cp</c> names it. What it ends in matters: with a slash, or a slash and a dot, a link at its end is followed and has to lead to a
/// folder; without, the link itself is meant.
/// </summary>
internal sealed record ContainerPath
{
    private ContainerPath(string clean, string name, bool followed) => (Clean, Name, Followed) = (clean, name, followed);

    /// <summary>Absolute, without dots.</summary>
    public string Clean { get; }

    /// <summary>What the top of an archive of it is called.</summary>
    public string Name { get; }

    /// <summary>It ends in a way that means what a link leads to.</summary>
    public bool Followed { get; }

    /// <summary>Relative to the root, in the file system's bytes; empty for the root.</summary>
    public byte[] Relative => Encoding.UTF8.GetBytes(Clean[1..]);

    public static ContainerPath Parse(string text)
    {
        if (text.Length == 0)
        {
            throw CortenException.Invalid("bad parameter: pathcannot be empty");
        }

        var clean = MountWords.Clean(text);
        var endsInDot = text == "." || text.EndsWith("/.", StringComparison.Ordinal);
        var name = endsInDot ? "." : clean == "/" ? "/" : clean[(clean.LastIndexOf('/') + 1)..];
        return new ContainerPath(clean, name, endsInDot || text.EndsWith('/') || clean == "/");
    }
}
