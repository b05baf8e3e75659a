using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Images;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Contexts;

/// <summary>Finds base images: here, or by pulling them.</summary>
/// <param name="images">The image store.</param>
/// <param name="refresh">Pull first (<c>--pull</c>) instead of taking what is here.</param>
/// <param name="pull">Pulls what is not here.</param>
/// <param name="client">Has the ignore files.</param>
/// <param name="progress">Shows the look-ups.</param>
internal sealed class BuildSources(
    ImageService images, bool refresh, PullImage pull, IBuildClient client, IBuildProgress progress) : IBuildSources
{
    public async Task<BaseImage> ResolveImageAsync(string reference, Platform platform, CancellationToken cancellation)
    {
        var name = ImageReference.TryParse(reference, out var parsed) ? parsed.WithDefaultTag() : null;
        var vertex = new BuildVertex($"[internal] load metadata for {name?.ToString() ?? reference}", null, []);
        progress.Announce(vertex);
        progress.Begin(vertex);
        try
        {
            if (refresh && name is not null)
            {
                await PullAsync(name, platform, vertex, cancellation);
            }

            var image = await FindAsync(reference, name, platform, vertex, cancellation);
            progress.End(vertex, cached: false, null);
            return new BaseImage
            {
                Reference = name?.ToString() ?? reference, Digest = image.Record.Target.Digest, Id = image.Id, Config = image.Config, Layers = image.Manifest.Layers,
            };
        }
        catch (CortenException e) when (name is not null)
        {
            var unresolved = new ImageUnresolvedException(name, e);
            progress.End(vertex, cached: false, unresolved.Reason);
            throw unresolved;
        }
        catch (Exception e)
        {
            progress.End(vertex, cached: false, e.Message);
            throw;
        }
    }

    public async Task<BaseImage> ResolveLayoutAsync(OciLayoutContext layout, Platform platform, CancellationToken cancellation)
    {
        var vertex = new BuildVertex($"[internal] load metadata for oci-layout://{layout.Reference}", null, []);
        progress.Announce(vertex);
        progress.Begin(vertex);
        try
        {
            var image = await new LayoutBase(images.Store, client).ResolveAsync(layout, platform, cancellation);
            progress.End(vertex, cached: false, null);
            return image;
        }
        catch (Exception e)
        {
            progress.End(vertex, cached: false, e.Message);
            throw;
        }
    }

    public async Task<IReadOnlyList<string>> IgnoreLinesAsync(string contextName, CancellationToken cancellation)
    {
        var vertex = new BuildVertex("[internal] load .dockerignore", null, []);
        progress.Announce(vertex);
        progress.Begin(vertex);
        try
        {
            return await client.IgnoreLinesAsync(contextName, cancellation);
        }
        finally
        {
            progress.End(vertex, cached: false, null);
        }
    }

    private async Task<Image> FindAsync(string reference, ImageReference? name, Platform platform, BuildVertex vertex, CancellationToken cancellation)
    {
        try
        {
            return await images.ResolveAsync(reference, platform, cancellation);
        }
        catch (CortenException e) when (e.Kind == ErrorKind.NotFound && name is not null)
        {
            await PullAsync(name, platform, vertex, cancellation);
            return await images.ResolveAsync(reference, platform, cancellation);
        }
    }

    private async Task PullAsync(ImageReference name, Platform platform, BuildVertex vertex, CancellationToken cancellation) =>
        await pull(name, platform, await client.CredentialsAsync(name.Domain, cancellation), line => progress.Pulling(vertex, name, line), cancellation);
}
