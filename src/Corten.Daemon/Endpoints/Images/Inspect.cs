using Corten.Daemon.Http;
using Corten.EngineApi.Images;
using Corten.Images;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>GET /images/{name}/json</c></summary>
internal sealed class Inspect(ImageService images)
{
    private static readonly ApiVersion _manifestsSince = new(1, 48);

    public async Task ServeAsync(RequestContext context)
    {
        var manifests = context.Version >= _manifestsSince && context.Query.Bool("manifests");
        var platform = context.Version >= new ApiVersion(1, 49) ? PlatformQuery.ReadJson(context.Query) : null;
        if (manifests && platform is not null)
        {
            throw CortenException.Invalid("conflicting options: manifests and platform options cannot both be set");
        }

        var inspect = await images.Inspection.InspectAsync(context.Route["name"], platform, manifests, context.Aborted);
        Adapt(inspect, context.Version);
        await context.WriteJsonAsync(inspect, ImagesJson.Wire.ImageInspect);
    }

    /// <summary>Members that describe a container were taken out of images in API 1.50, the build container's configuration in 1.45.</summary>
    private static void Adapt(ImageInspect inspect, ApiVersion version)
    {
        inspect.Descriptor = version < _manifestsSince ? null : inspect.Descriptor;
        inspect.VirtualSize = version < new ApiVersion(1, 44) ? inspect.Size : null;
        if (version < new ApiVersion(1, 50) && inspect.Config is { } config)
        {
            AddContainerMembers(config);
        }

        if (version < new ApiVersion(1, 45))
        {
            inspect.ContainerConfig = AddContainerMembers(new ImageInspectConfig());
        }
    }

    private static ImageInspectConfig AddContainerMembers(ImageInspectConfig config)
    {
        (config.Hostname, config.Domainname, config.Image) = ("", "", "");
        (config.AttachStdin, config.AttachStdout, config.AttachStderr) = (false, false, false);
        (config.Tty, config.OpenStdin, config.StdinOnce) = (false, false, false);
        return config;
    }
}
