using Corten.EngineApi.Images;
using Corten.Images.Catalog;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Removal;

/// <summary>
/// Removes names and images by Docker's rules: a name goes first, and the image itself only with its last one; parents that nothing names or
/// uses go with their last child. What the stores no longer need is collected at the end.
/// </summary>
public sealed class ImageRemoval(ImageStore store)
{
    private readonly PlatformRemoval _platforms = new(store);

    /// <param name="nameOrId">As the user wrote it.</param>
    /// <param name="force">Names in several repositories and stopped containers are no obstacle.</param>
    /// <param name="pruneParents">Nameless parents go too.</param>
    /// <param name="platforms">Of an image of several platforms only these; empty for the whole image.</param>
    /// <param name="cancellationToken"></param>
    /// <returns>What was untagged and deleted, in that order.</returns>
    /// <exception cref="CortenException">NotFound; Conflict in Docker's words.</exception>
    public async Task<IReadOnlyList<ImageDeleteItem>> RemoveAsync(
        string nameOrId, bool force, bool pruneParents, IReadOnlyList<Platform> platforms, CancellationToken cancellationToken)
    {
        using var turn = await store.LockAsync(cancellationToken);
        var log = new RemovalLog();
        try
        {
            if (platforms.Count == 0 || !await _platforms.TryRemoveAsync(nameOrId, platforms, force, log, cancellationToken))
            {
                await RemoveLockedAsync(nameOrId, force, pruneParents, log, cancellationToken);
            }
        }
        finally
        {
            if (log.DeletedAny)
            {
                log.Collected(await store.CollectAsync(cancellationToken));
            }
        }

        return log.Items;
    }

    internal async Task RemoveLockedAsync(string nameOrId, bool force, bool pruneParents, RemovalLog log, CancellationToken cancellationToken)
    {
        var found = store.Resolver.Find(nameOrId);
        var id = found.Record.Id;
        var names = store.Catalog.NamesOf(id);
        var config = await store.TryConfigOfAsync(found.Record, cancellationToken);
        var untagged = false;
        if (!ImageResolver.IsIdOf(id, nameOrId) && found.Name is { } name)
        {
            if (!force && IsSingle(names) && store.Users.ListUses().FirstOrDefault(u => u.Image == id) is { } use)
            {
                throw CortenException.Conflict(
                    $"conflict: unable to remove repository reference \"{nameOrId}\" (must force) - container {RemovalConflict.Short(use.ContainerId)} is using its referenced image {id.Short}");
            }

            Untag(name, id, config, log);
            var left = names.Where(n => n.Reference != name).ToList();
            if (name.Digest.IsEmpty && !left.Any(n => n.IsTag && n.Reference.Repository == name.Repository))
            {
                // Digests of a repository stay only as long as one of its tags does.
                foreach (var digest in left.Where(n => n.Reference.Repository == name.Repository).ToList())
                {
                    Untag(digest.Reference, id, config, log);
                    left.Remove(digest);
                }
            }

            if (left.Count > 0)
            {
                return;
            }

            untagged = true;
        }
        else if (IsSingle(names))
        {
            ThrowOn(RemovalConflict.Find(id, store.Catalog, store.Users.ListUses(), force, ignoreNames: true));
            foreach (var single in names)
            {
                Untag(single.Reference, id, config, log);
            }
        }

        await DeleteAsync(id, force, pruneParents, quiet: untagged, log, cancellationToken);
    }

    /// <param name="quiet">A conflict only matters if the image is left without a name and nobody uses it.</param>
    private async Task DeleteAsync(Digest id, bool force, bool pruneParents, bool quiet, RemovalLog log, CancellationToken cancellationToken)
    {
        for (var next = id; ; (force, quiet) = (false, true))
        {
            var record = store.Catalog.Find(next);
            if (record is null)
            {
                return;
            }

            if (RemovalConflict.Find(next, store.Catalog, store.Users.ListUses(), force, ignoreNames: false) is { } conflict)
            {
                if (quiet && (conflict.Used || store.Catalog.NamesOf(next).Count > 0))
                {
                    return;
                }

                ThrowOn(conflict);
            }

            var config = await store.TryConfigOfAsync(record, cancellationToken);
            foreach (var name in store.Catalog.NamesOf(next))
            {
                log.Untagged(name.Reference);
            }

            store.Catalog.Remove(next);
            store.Events.Published("delete", next, config);
            log.Deleted(next, config);
            if (!pruneParents || record.Parent.IsEmpty)
            {
                return;
            }

            next = record.Parent;
        }
    }

    private void Untag(ImageReference name, Digest id, ImageConfig? config, RemovalLog log)
    {
        if (store.Catalog.Untag(name))
        {
            store.Events.Published("untag", id, config);
            log.Untagged(name);
        }
    }

    /// <summary>At most one tag, and whatever else there is in the same repository.</summary>
    private static bool IsSingle(IReadOnlyList<ImageName> names) =>
        names.Count <= 1 || (names.Count(n => n.IsTag) <= 1 && names.All(n => n.Reference.Repository == names[0].Reference.Repository));

    private static void ThrowOn(RemovalConflict? conflict)
    {
        if (conflict is not null)
        {
            throw CortenException.Conflict(conflict.Message);
        }
    }
}
