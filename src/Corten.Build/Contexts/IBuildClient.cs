using Corten.Build.Execution;
using Corten.Build.Planning;
using Corten.Distribution.Authentication;
using Corten.Oci.Image;
using Corten.Storage.Content;

namespace Corten.Build.Contexts;

/// <summary>A context's files as they are now.</summary>
/// <param name="Identity">Tells it from other contexts and from its own earlier states.</param>
/// <param name="Directory">Where they are.</param>
/// <param name="Digests">Digests that are known without reading; null for none.</param>
public sealed record ContextFolder(string Identity, string Directory, IKnownDigests? Digests)
{
    /// <summary>Says what is in a context that is kept between builds; null for one that is not.</summary>
    public KeptState? Kept { get; init; }
}

/// <summary>What a kept context holds at the moment: what was worked out about one state holds for as long as the context is in it.</summary>
/// <param name="Uid">Of the context's record.</param>
/// <param name="State">Equal contents have equal states.</param>
public sealed record KeptState(string Uid, string State);

/// <summary>A Dockerfile as the client gave it.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Text">Its content.</param>
public sealed record DockerfileSource(string Name, string Text);

/// <summary>How far a transfer is: what, bytes or files so far, of how many, whether it is over.</summary>
public delegate void TransferProgress(string id, long current, long total, bool done);

/// <summary>Whoever asked for the build, and what it offers: files, secrets, agents.</summary>
public interface IBuildClient
{
    IBuildSecrets Secrets { get; }

    /// <summary>How the client signs in to a registry; anonymous where it does not.</summary>
    Task<RegistryCredentials> CredentialsAsync(string registry, CancellationToken cancellation);

    Task<DockerfileSource> ReadDockerfileAsync(TransferProgress progress, CancellationToken cancellation);

    /// <summary>The ignore patterns of a context; empty for none.</summary>
    Task<IReadOnlyList<string>> IgnoreLinesAsync(string contextName, CancellationToken cancellation);

    Task<ContextFolder> FetchAsync(LocalStep step, TransferProgress progress, CancellationToken cancellation);

    /// <summary>An OCI layout that the client offers; null if it has none of that name.</summary>
    ILayoutSource? Layout(string name) => null;
}

/// <summary>The blobs of an OCI layout.</summary>
public interface ILayoutSource
{
    /// <summary>A document, verified.</summary>
    Task<byte[]> ReadAsync(Digest digest, CancellationToken cancellation);

    /// <summary>Brings a blob into the content store.</summary>
    Task FetchAsync(Descriptor blob, ContentStore contents, CancellationToken cancellation);
}
