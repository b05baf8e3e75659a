using Corten.Build.Solving;
using Corten.Containers;
using Corten.Daemon.Http;
using Corten.EngineApi.Filters;
using Corten.EngineApi.System;
using Corten.Images;
using Corten.Images.Listing;
using Corten.Oci.Errors;
using Corten.Storage;
using Corten.Volumes;

namespace Corten.Daemon.Endpoints.System;

/// <summary><c>GET /system/df</c>: what everything takes on disk, or what the kinds of objects do that are asked for (since API 1.42).</summary>
internal sealed class DiskUsageEndpoint(
    Stores stores, ImageService images, ContainerService containers, VolumeService volumes, Builder builder)
{
    private static readonly string[] _kinds = ["container", "image", "volume", "build-cache"];

    public async Task ServeAsync(RequestContext context)
    {
        var asked = context.Version < new ApiVersion(1, 42) ? [] : context.Query.All("type");
        if (asked.FirstOrDefault(k => !_kinds.Contains(k)) is { } unknown)
        {
            throw CortenException.Invalid($"unknown object type: {unknown}");
        }

        bool Wants(string kind) => asked.Count == 0 || asked.Contains(kind);
        // Files are shared between images and the cache of builds: what counts there does not count here.
        var cached = Wants("image") || Wants("build-cache") ? await Task.Run(builder.Builds.Pruner.Usage, context.Aborted) : new CacheUsage();
        var usage = new DiskUsage
        {
            // Layers unpacked, and the archives that they came in: both are on the disk.
            LayersSize = Wants("image") ? await Task.Run(() => stores.Layers.TotalDiskUsage(cached.Layers, cached.Linked) + stores.Content.TotalSize(), context.Aborted) : 0,
            Images = Wants("image")
                ? await images.Listing.ListAsync(new ImageListQuery { All = true, SharedSize = true }, context.Aborted)
                : null,
            Containers = Wants("container")
                ? await Task.Run(() => containers.List.Run(all: true, limit: 0, withSize: true, FilterSet.Empty).ToList(), context.Aborted)
                : null,
            Volumes = Wants("volume") ? await volumes.UsageAsync(context.Aborted) : null,
            BuildCache = Wants("build-cache") ? builder.RecordsWith(cached) : null,
        };
        await context.WriteJsonAsync(usage, SystemJson.Plain.DiskUsage);
    }
}
