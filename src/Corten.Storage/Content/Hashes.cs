using System.Security.Cryptography;
using Corten.Oci.Image;

namespace Corten.Storage.Content;

/// <summary>The digest algorithms of the image specification as running hashes.</summary>
internal static class Hashes
{
    /// <summary>SHA-256 for no digest: what new content is named by.</summary>
    public static HashAlgorithmName NameOf(Digest digest) => digest.Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;

    public static Digest Digest(IncrementalHash hash, string algorithm) =>
        algorithm == "sha512" ? Oci.Image.Digest.Parse("sha512:" + Convert.ToHexStringLower(hash.GetCurrentHash()))
            : Oci.Image.Digest.FromSha256(hash.GetCurrentHash());
}
