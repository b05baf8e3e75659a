using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images;

/// <summary>Gives an image another name.</summary>
public sealed class ImageTagging(ImageStore store)
{
    /// <param name="nameOrId">The image.</param>
    /// <param name="repository">The new name without tag.</param>
    /// <param name="tag">Empty for <c>latest</c>.</param>
    /// <param name="cancellationToken"></param>
    /// <exception cref="CortenException">InvalidArgument: no name, or one with a digest; NotFound: no such image.</exception>
    public async Task TagAsync(string nameOrId, string repository, string tag, CancellationToken cancellationToken)
    {
        var name = NameOf(repository, tag);
        var found = Find(nameOrId);
        store.Catalog.Tag(name, found.Record.Id);
        store.Events.Published("tag", found.Record.Id, await store.TryConfigOfAsync(found.Record, cancellationToken), name.Familiar);
    }

    /// <summary>To Docker what can't be a name is here an image that does not exist.</summary>
    private FoundImage Find(string nameOrId)
    {
        try
        {
            return store.Resolver.Find(nameOrId);
        }
        catch (CortenException problem) when (problem.Kind == ErrorKind.InvalidArgument)
        {
            throw CortenException.NotFound(problem.Message);
        }
    }

    /// <summary>The name that <c>repo</c> and <c>tag</c> of a request make up.</summary>
    public static ImageReference NameOf(string repository, string tag)
    {
        var name = ImageReference.Parse(repository);
        if (!name.Digest.IsEmpty)
        {
            throw CortenException.Invalid("cannot import digest reference");
        }

        if (name.FamiliarRepository == "sha256")
        {
            throw CortenException.Invalid("refusing to create an ambiguous tag using digest algorithm as name");
        }

        return tag.Length > 0 ? name.WithTag(tag) : name.WithDefaultTag();
    }
}
