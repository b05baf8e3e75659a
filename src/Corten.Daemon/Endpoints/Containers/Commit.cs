using Corten.Containers;
using Corten.Containers.Files;
using Corten.Daemon.Http;
using Corten.EngineApi.Containers;
using Corten.Images;
using Corten.Images.Commit;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Endpoints.Containers;

/// <summary><c>POST /commit</c>: an image of what a container has become.</summary>
internal sealed class Commit(ContainerService containers, ImageService images)
{
    public async Task ServeAsync(RequestContext context)
    {
        var query = context.Query;
        var config = await context.TryReadJsonAsync(ContainersJson.Api.ContainerConfig);
        var options = new CommitOptions
        {
            Name = Name(query.Text("repo"), query.Text("tag")),
            Comment = query.Text("comment"),
            Author = query.Text("author"),
            Changes = query.All("changes"),
            Config = config is null ? null : CommitContainer.Defaults(config),
        };
        var id = await containers.Commit.RunAsync(query.Text("container"), query.Bool("pause", otherwise: true), options, images.Commit, context.Aborted);
        await context.WriteJsonAsync(new CommitResponse { Id = id.ToString() }, ContainersJson.Api.CommitResponse, StatusCodes.Status201Created);
    }

    private static ImageReference? Name(string repository, string tag)
    {
        if (repository.Length == 0)
        {
            return null;
        }

        var name = ImageReference.Parse(repository);
        return !name.Digest.IsEmpty ? throw CortenException.Invalid("cannot import digest reference")
            : tag.Length > 0 ? name.WithTag(tag)
            : name.WithDefaultTag();
    }
}
