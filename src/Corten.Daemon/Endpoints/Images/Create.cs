using System.Text.Json;
using Corten.Daemon.Http;
using Corten.Images;
using Corten.Images.Pull;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>POST /images/create</c>: pulls what <c>fromImage</c> names, or imports what <c>fromSrc</c> says.</summary>
internal sealed class Create(ImageService images)
{
    public Task ServeAsync(RequestContext context)
    {
        var platform = context.Version >= new ApiVersion(1, 32) ? PlatformQuery.ReadText(context.Query) : null;
        return context.Query.Text("fromImage") is { Length: > 0 } image ? PullAsync(context, image, platform) : ImportAsync(context, platform);
    }

    private Task PullAsync(RequestContext context, string image, Platform? platform)
    {
        var request = PullRequest.For(image, context.Query.Text("tag"), platform, RegistryAuth.Read(context));
        return ReportedAnswer.WriteAsync(context, failuresInBand: false, (report, cancellation) => images.Pull.PullAsync(request, report, cancellation));
    }

    private Task ImportAsync(RequestContext context, Platform? platform)
    {
        var source = context.Query.Text("fromSrc");
        var repository = context.Query.Text("repo");
        if (repository.Length > 0 && ImageReference.Parse(repository) is { Digest.IsEmpty: false })
        {
            throw CortenException.Invalid("cannot import digest reference");
        }

        var options = new ImportOptions
        {
            Name = repository.Length > 0 ? ImageTagging.NameOf(repository, context.Query.Text("tag")) : null,
            Message = context.Query.Text("message"),
            Source = source,
            Changes = context.Query.All("changes"),
            Platform = platform,
        };
        return ReportedAnswer.WriteAsync(
            context, failuresInBand: false,
            (report, cancellation) => source == "-"
                ? images.Import.ImportAsync(context.Body, options, report, cancellation)
                : images.Import.ImportFromAddressAsync(source, options, report, cancellation));
    }
}
