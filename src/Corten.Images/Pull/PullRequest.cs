using Corten.Distribution.Authentication;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Pull;

/// <summary>What is to be pulled, and as whom.</summary>
public sealed record PullRequest
{
    /// <summary>With a tag or digest, unless <see cref="AllTags"/>.</summary>
    public required ImageReference Name { get; init; }

    /// <summary>Every tag of the repository.</summary>
    public bool AllTags { get; init; }

    /// <summary>Null for this machine's.</summary>
    public Platform? Platform { get; init; }

    public RegistryCredentials Credentials { get; init; } = RegistryCredentials.Anonymous;

    /// <summary>From the parameters of a request: without any tag or digest all tags are meant.</summary>
    /// <param name="image">A name, perhaps with tag or digest.</param>
    /// <param name="tag">A tag or digest that counts before the name's own; may be empty.</param>
    /// <param name="platform">Null for this machine's.</param>
    /// <param name="credentials">Who asks.</param>
    /// <exception cref="CortenException">InvalidArgument: no name; Forbidden: the reserved name.</exception>
    public static PullRequest For(string image, string tag, Platform? platform, RegistryCredentials credentials)
    {
        var name = ImageReference.Parse(image.Trim().TrimEnd(':'));
        if (tag.Length > 0)
        {
            name = Digest.TryParse(tag, out var digest) ? name.WithDigest(digest) : name.WithTag(tag);
        }

        if (name.Repository == "docker.io/library/scratch")
        {
            throw CortenException.Forbidden("'scratch' is a reserved name");
        }

        return new PullRequest { Name = name, AllTags = name.Tag is null && name.Digest.IsEmpty, Platform = platform, Credentials = credentials };
    }
}
