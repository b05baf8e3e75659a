using Corten.Distribution.Authentication;
using Corten.Oci.Image;

namespace Corten.Images.Push;

/// <summary>What is to be pushed, and as whom.</summary>
public sealed record PushRequest
{
    /// <summary>With a tag, or without one for all tags of the repository.</summary>
    public required ImageReference Name { get; init; }

    /// <summary>Of an image of several platforms only this one; null for the whole.</summary>
    public Platform? Platform { get; init; }

    /// <summary>The registry may speak plain HTTP or show any certificate, whatever the daemon's configuration says.</summary>
    public bool Insecure { get; init; }

    public RegistryCredentials Credentials { get; init; } = RegistryCredentials.Anonymous;
}
