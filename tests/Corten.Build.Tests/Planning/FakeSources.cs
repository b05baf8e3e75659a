using Corten.Build.Planning;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Tests.Planning;

/// <summary>Images that exist only as configurations.</summary>
internal sealed class FakeSources : IBuildSources
{
    public Dictionary<string, ImageConfig> Images { get; } = new()
    {
        ["busybox"] = new ImageConfig { Os = "linux", Architecture = Platform.Host.Architecture, Config = new ContainerDefaults { Cmd = ["sh"] } },
    };

    public List<string> Asked { get; } = [];

    public IReadOnlyList<string> Ignore { get; init; } = [];

    public Task<BaseImage> ResolveImageAsync(string reference, Platform platform, CancellationToken cancellation)
    {
        Asked.Add(reference);
        return Images.TryGetValue(reference, out var config)
            ? Task.FromResult(new BaseImage { Reference = ImageReference.Parse(reference).WithDefaultTag().ToString(), Digest = Digest.Of("x"u8), Config = config })
            : Task.FromException<BaseImage>(CortenException.NotFound($"{reference}: not found"));
    }

    public Task<BaseImage> ResolveLayoutAsync(OciLayoutContext layout, Platform platform, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<string>> IgnoreLinesAsync(string contextName, CancellationToken cancellation) => Task.FromResult(Ignore);
}
