using Corten.EngineApi.Filters;
using Corten.EngineApi.Images;
using Corten.Images.Catalog;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Removal;

/// <summary>Removes what is not used: nameless images, or every image that no container was made from.</summary>
public sealed class ImagePruning(ImageStore store, ImageRemoval removal)
{
    /// <param name="filters"><c>dangling</c> (default true), <c>label</c>, <c>label!</c>, <c>until</c>.</param>
    /// <param name="until">The <c>until</c> filter as a time; null for none.</param>
    /// <param name="cancellationToken"></param>
    public async Task<ImagePruneResponse> PruneAsync(FilterSet filters, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        filters.Allow("dangling", "label", "label!", "until");
        var danglingOnly = filters.Bool("dangling") ?? true;
        using var turn = await store.LockAsync(cancellationToken);
        var log = new RemovalLog();
        foreach (var record in store.Catalog.List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await IsPrunedAsync(record, filters, danglingOnly, until, cancellationToken))
            {
                await RemoveAsync(record, log, cancellationToken);
            }
        }

        var freed = await store.CollectAsync(cancellationToken);
        log.Collected(freed);
        store.Events.Pruned(freed.Bytes);
        return new ImagePruneResponse { ImagesDeleted = log.Items.Count > 0 ? log.Items : null, SpaceReclaimed = freed.Bytes };
    }

    private async Task<bool> IsPrunedAsync(ImageRecord record, FilterSet filters, bool danglingOnly, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        if (store.Users.ListUses().Any(u => u.Image == record.Id) || store.Catalog.ChildrenOf(record.Id).Count > 0
            || (danglingOnly && store.Catalog.NamesOf(record.Id).Any(n => n.IsTag)))
        {
            return false;
        }

        var config = await store.TryConfigOfAsync(record, cancellationToken);
        return (until is null || config?.Created is not { } created || created <= until) && filters.PruneLabels(config?.Config?.Labels);
    }

    /// <summary>By each of its names, so that each is reported; what came into use meanwhile stays.</summary>
    private async Task RemoveAsync(ImageRecord record, RemovalLog log, CancellationToken cancellationToken)
    {
        var names = store.Catalog.NamesOf(record.Id).Where(n => n.IsTag).Select(n => n.Reference.Familiar).DefaultIfEmpty(record.Id.ToString());
        foreach (var name in names.ToList())
        {
            try
            {
                await removal.RemoveLockedAsync(name, force: false, pruneParents: true, log, cancellationToken);
            }
            catch (CortenException conflict) when (conflict.Kind is ErrorKind.Conflict or ErrorKind.NotFound)
            {
                // A container was made from it between our look and the removal, or it went as another image's parent.
            }
        }
    }
}
