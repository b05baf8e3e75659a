using Corten.Daemon.Http;
using Corten.Images;
using Corten.Images.Progress;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>POST /images/load</c>: as Docker's, the answer is 200 whatever the archive turns out to be, and a failure its last line.</summary>
internal sealed class Load(ImageService images)
{
    public async Task ServeAsync(RequestContext context)
    {
        var quiet = context.Query.Bool("quiet", otherwise: true);
        var platform = context.Version >= new ApiVersion(1, 48) ? PlatformQuery.ReadJson(context.Query) : null;
        await ReportedAnswer.WriteAsync(
            context, failuresInBand: true, (report, cancellation) => images.Load.LoadAsync(context.Body, platform, quiet, report, cancellation));
    }
}
