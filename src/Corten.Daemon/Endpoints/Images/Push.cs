using Corten.Daemon.Http;
using Corten.Images;
using Corten.Images.Push;
using Corten.Oci.Image;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>POST /images/{name}/push</c></summary>
internal sealed class Push(ImageService images)
{
    public async Task ServeAsync(RequestContext context)
    {
        var name = ImageReference.Parse(context.Route["name"]);
        var tag = context.Query.Text("tag");
        var request = new PushRequest
        {
            Name = tag.Length > 0 ? name.WithTag(tag) : name,
            Platform = context.Version >= new ApiVersion(1, 46) ? PlatformQuery.ReadJson(context.Query) : null,
            Credentials = RegistryAuth.Read(context),
        };
        await images.Push.CheckAsync(request, context.Aborted);
        await ReportedAnswer.WriteAsync(context, failuresInBand: true, (report, cancellation) => images.Push.PushAsync(request, report, cancellation));
    }
}
