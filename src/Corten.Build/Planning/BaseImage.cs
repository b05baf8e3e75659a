using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>An image that a build starts from or copies from.</summary>
public sealed record BaseImage
{
    /// <summary>The whole reference, registry and tag included.</summary>
    public required string Reference { get; init; }

    /// <summary>Of the manifest or index that the reference names; part of progress and of provenance.</summary>
    public required Digest Digest { get; init; }

    /// <summary>As lists of images show it: the digest of the configuration.</summary>
    public Digest Id { get; init; }

    public required ImageConfig Config { get; init; }

    /// <summary>The layers' blobs, lowest first.</summary>
    public IReadOnlyList<Descriptor> Layers { get; init; } = [];
}

/// <summary>What a plan asks of the world outside the Dockerfile.</summary>
public interface IBuildSources
{
    /// <summary>Finds an image, pulling it if it is not there (or always, as the build asks). An unknown one is NotFound.</summary>
    Task<BaseImage> ResolveImageAsync(string reference, Platform platform, CancellationToken cancellation);

    /// <summary>The base of an OCI layout that the client offers as a named context.</summary>
    Task<BaseImage> ResolveLayoutAsync(OciLayoutContext layout, Platform platform, CancellationToken cancellation);

    /// <summary>The ignore patterns of a context that the client has, as lines; empty for none.</summary>
    Task<IReadOnlyList<string>> IgnoreLinesAsync(string contextName, CancellationToken cancellation);
}

/// <summary>What <c>--build-context name=…</c> stands for.</summary>
public abstract record NamedContext
{
    /// <summary>Reads the value that clients send: <c>local:NAME</c>, <c>docker-image://REF</c>, <c>oci-layout://…</c>, <c>target:STAGE</c>, a URL.</summary>
    public static NamedContext Parse(string value) =>
        value.StartsWith("local:", StringComparison.Ordinal) ? new LocalContext(value["local:".Length..])
        : value.StartsWith("docker-image://", StringComparison.Ordinal) ? new ImageContext(value["docker-image://".Length..])
        : value.StartsWith("oci-layout://", StringComparison.Ordinal) ? new OciLayoutContext(value["oci-layout://".Length..])
        : value.StartsWith("target:", StringComparison.Ordinal) ? new TargetContext(value["target:".Length..])
        : new RemoteContext(value);
}

/// <summary>A folder that the client sends under this name.</summary>
public sealed record LocalContext(string Name) : NamedContext;

public sealed record ImageContext(string Reference) : NamedContext;

/// <summary>An OCI layout that the client serves: <c>store[:tag][@digest]</c>.</summary>
public sealed record OciLayoutContext(string Reference) : NamedContext;

/// <summary>A git repository, or an archive at a URL.</summary>
public sealed record RemoteContext(string Url) : NamedContext;

/// <summary>The result of another build.</summary>
/// <param name="Tree">Its files.</param>
/// <param name="Config">Its configuration, as a base has one.</param>
public sealed record BuiltContext(Solving.Tree Tree, ImageConfig Config) : NamedContext;

/// <summary>Another stage of the same file.</summary>
public sealed record TargetContext(string Stage) : NamedContext;
