using System.Text.Json;
using Corten.Build.BuildKit.Sessions;
using Corten.Build.CacheTransfer;
using Corten.Build.Exporting;
using Corten.Build.Solving;
using Corten.Images;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Compression;

namespace Corten.Build.BuildKit;

/// <summary>The caches elsewhere that a job takes from and gives to.</summary>
internal sealed class JobCaches(BuildService builds, ImageStore images, SessionRegistry sessions, ContextStore contexts)
{
    /// <summary>What the sources have. One that can't be read is told of and left out: a cache is no condition of a build.</summary>
    public async Task<ImportedCache?> ImportAsync(BuildJob job, IReadOnlyList<CacheEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
        {
            return null;
        }

        foreach (var entry in entries)
        {
            CheckSource(entry);
        }

        var imports = builds.NewImports();
        foreach (var entry in entries)
        {
            var vertex = new BuildVertex($"importing cache manifest from {NameOf(entry)}", null, []);
            job.Progress.Announce(vertex);
            job.Progress.Begin(vertex);
            try
            {
                var store = ImageHere(entry) ?? await StoreAsync(job, entry, cancellation);
                var found = await CacheImporter.ReadAsync(store, cancellation);
                foreach (var document in found.Documents)
                {
                    imports.Add(store, document);
                }

                if (found is { Documents: [], IsBuildKits: true })
                {
                    job.Progress.Warn(vertex, $"{store.Name} is a cache of BuildKit's: its keys are not ours, so that no step is found in it");
                }

                job.Progress.End(vertex, cached: false, null);
            }
            catch (CortenException e)
            {
                job.Progress.End(vertex, cached: false, e.Message);
            }
        }

        return imports;
    }

    /// <summary>Gives results to the targets; what the client puts into its index comes back.</summary>
    public async Task<string?> ExportAsync(BuildJob job, IReadOnlyList<BuiltTree> trees, CancellationToken cancellation)
    {
        string? manifest = null;
        foreach (var entry in job.CacheExports.Where(e => e.Type != "inline"))
        {
            var vertex = new BuildVertex($"exporting cache to {(entry.Type == "local" ? "client directory" : entry.Type)}", null, []);
            job.Progress.Announce(vertex);
            job.Progress.Begin(vertex);
            try
            {
                var output = OutputOf(entry);
                var target = await builds.Caches.ExportAsync(
                    trees, entry.Attrs.GetValueOrDefault("mode") == "max", output.Compression ?? CompressionKind.Gzip, output.CompressionLevel, await StoreAsync(job, entry, cancellation), cancellation);
                manifest = entry.Type == "local" ? JsonSerializer.Serialize(target, ImageJson.Plain.Descriptor) : manifest;
                job.Progress.Status(vertex, $"writing cache manifest {target.Digest}", 0, 0, done: true);
                job.Progress.End(vertex, cached: false, null);
            }
            catch (Exception e)
            {
                job.Progress.End(vertex, cached: false, e.Message);
                if (e is not CortenException || ImageOutput.Flag(entry.Attrs, "ignore-error") != true)
                {
                    throw;
                }
            }
        }

        return manifest;
    }

    /// <summary>Refuses what can't be given to a cache, or taken from one, before anything is built.</summary>
    /// <exception cref="CortenException">InvalidArgument or NotImplemented, naming it.</exception>
    public static void Check(BuildJob job)
    {
        foreach (var source in job.CacheImports)
        {
            CheckSource(source);
        }

        foreach (var target in job.CacheExports)
        {
            CheckTarget(target);
        }
    }

    /// <summary>A kind of cache that is not read here has options of its own; it is told of as one that can't be read.</summary>
    private static void CheckSource(CacheEntry source)
    {
        if (source.Type is "registry" or "local")
        {
            ExporterOptions.OfCacheSources.Check(source.Attrs);
            ImageOutput.Flag(source.Attrs, "registry.insecure");
        }
    }

    private static void CheckTarget(CacheEntry target)
    {
        if (target.Type is not ("registry" or "local" or "inline"))
        {
            throw CortenException.NotImplemented($"unknown cache exporter: \"{target.Type}\": use registry, local or inline");
        }

        ExporterOptions.OfCacheTargets.Check(target.Attrs);
        OutputOf(target);
        // Layers of a cache are always packed anew, so all of them are of one kind whether that is forced or not.
        ImageOutput.Flag(target.Attrs, "force-compression");
        ImageOutput.Flag(target.Attrs, "ignore-error");
        ImageOutput.Flag(target.Attrs, "registry.insecure");
        foreach (var name in (ReadOnlySpan<string>)["oci-mediatypes", "image-manifest"])
        {
            if (ImageOutput.Flag(target.Attrs, name) == false)
            {
                throw CortenException.NotImplemented($"{name}=false is not supported: a cache is a manifest of the OCI");
            }
        }

        if (target.Attrs.GetValueOrDefault("mode") is not (null or "min" or "max") || (target.Type == "inline" && target.Attrs.GetValueOrDefault("mode") == "max"))
        {
            throw CortenException.Invalid(target.Type == "inline" ? "mode=max is not supported of an inline cache: it has the layers of its image"
                : $"invalid cache export mode: {target.Attrs["mode"]}");
        }
    }

    /// <summary>How a target wants its layers: the compression options are those of images.</summary>
    /// <exception cref="CortenException">Such layers are not made here.</exception>
    private static ImageOutput OutputOf(CacheEntry target) => ImageOutput.Parse(target.Attrs.Where(a => a.Key is "compression" or "compression-level").ToDictionary());

    private async Task<ICacheStore> StoreAsync(BuildJob job, CacheEntry entry, CancellationToken cancellation)
    {
        var session = await sessions.GetAsync(await job.Session.Task, cancellation);
        switch (entry.Type)
        {
            case "registry":
                var reference = ImageReference.Parse(entry.Attrs.GetValueOrDefault("ref") ?? "").WithDefaultTag();
                var client = new SessionClient(session, new FrontendOptions(new Dictionary<string, string>()), contexts);
                return new RegistryCacheStore(images.Registries, images.Content, reference, await client.CredentialsAsync(reference.Domain, cancellation),
                    ImageOutput.Flag(entry.Attrs, "registry.insecure") ?? false);
            case "local":
                var folder = entry.Attrs.GetValueOrDefault("src") ?? entry.Attrs.GetValueOrDefault("dest") ?? "";
                return new FolderCacheStore(new ClientStore(session, ClientStore.CacheId(folder)), folder,
                    Digest.TryParse(entry.Attrs.GetValueOrDefault("digest"), out var digest) ? digest : default, images.Content);
            default:
                throw CortenException.NotImplemented($"unknown cache importer: {entry.Type}: use registry or local");
        }
    }

    /// <summary>An image that is here is asked before a registry is; null if there is none of the name.</summary>
    private ImageCacheStore? ImageHere(CacheEntry entry) =>
        entry.Type == "registry" && entry.Attrs.GetValueOrDefault("ref") is { Length: > 0 } name && images.Resolver.TryFind(ImageReference.Parse(name).WithDefaultTag().ToString()) is not null
            ? new ImageCacheStore(images, name) : null;

    private static string NameOf(CacheEntry entry) => entry.Type switch
    {
        "registry" => entry.Attrs.GetValueOrDefault("ref") ?? "",
        "local" => $"local:{entry.Attrs.GetValueOrDefault("src")}",
        _ => entry.Type,
    };
}
