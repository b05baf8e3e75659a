using Corten.EngineApi.Images;
using Corten.Images.Catalog;
using Corten.Oci.Image;

namespace Corten.Images.Listing;

/// <summary>Everything there is to say of one image.</summary>
public sealed class ImageInspection(ImageStore store)
{
    /// <param name="nameOrId">As the user wrote it.</param>
    /// <param name="platform">Which of several platforms, which is then told of under its manifest's digest; null for the image, with what it is on this machine.</param>
    /// <param name="manifests">List what each platform has.</param>
    /// <param name="cancellationToken"></param>
    public async Task<ImageInspect> InspectAsync(string nameOrId, Platform? platform, bool manifests, CancellationToken cancellationToken)
    {
        var image = await store.Resolver.ResolveAsync(nameOrId, platform, cancellationToken);
        var names = store.Catalog.NamesOf(image.Id);
        var one = platform is not null && image.Record.IsIndex ? image.ManifestDescriptor : null;
        return new ImageInspect
        {
            Id = (one?.Digest ?? image.Id).ToString(),
            RepoTags = names.Where(n => n.IsTag).Select(n => n.Reference.Familiar).ToList(),
            RepoDigests = names.Where(n => !n.IsTag).Select(n => n.Reference.Familiar).ToList(),
            Parent = image.Record.Parent.ToString(),
            Comment = image.Config.Comment ?? image.Config.History?.LastOrDefault()?.Comment ?? "",
            Created = image.CreatedText,
            DockerVersion = image.Config.DockerVersion ?? "",
            Author = image.Config.Author ?? "",
            Architecture = image.Config.Architecture,
            Variant = image.Config.Variant,
            Os = image.Config.Os,
            OsVersion = image.Config.OsVersion,
            Size = store.Layers.SizeOf(image.Config),
            GraphDriver = new GraphDriverData { Name = ImageLayers.DriverName, Data = store.Layers.DriverData(image.ChainId) },
            RootFS = new ImageRootFs
            {
                Type = image.Config.RootFs.Type,
                Layers = image.Config.RootFs.DiffIds.Count > 0 ? image.Config.RootFs.DiffIds.Select(d => d.ToString()).ToList() : null,
            },
            Metadata = new ImageMetadata { LastTagTime = LastTagTime(image.Record) },
            Descriptor = manifests || image.Record.IsIndex ? ApiObjects.From(one ?? image.Record.Target) : null,
            Manifests = manifests ? await store.Manifests.SummarizeAsync(image.Record, cancellationToken) : null,
            Config = ConfigOf(image.Config.Config ?? new ContainerDefaults()),
        };
    }

    private static string LastTagTime(ImageRecord record) => record.LastTagged is { } time ? GoTime.Format(time) : GoTime.Zero;

    private static ImageInspectConfig ConfigOf(ContainerDefaults config) => new()
    {
        ArgsEscaped = config.ArgsEscaped is true ? true : null,
        Cmd = config.Cmd,
        Entrypoint = config.Entrypoint,
        Env = config.Env,
        ExposedPorts = config.ExposedPorts?.ToDictionary(p => p.Key, _ => new EmptyMember()),
        Healthcheck = config.Healthcheck is { } check
            ? new ImageHealthcheckConfig
            {
                Test = check.Test, Interval = check.Interval, Timeout = check.Timeout, StartPeriod = check.StartPeriod, StartInterval = check.StartInterval, Retries = check.Retries,
            }
            : null,
        Labels = config.Labels,
        OnBuild = config.OnBuild,
        Shell = config.Shell,
        StopSignal = string.IsNullOrEmpty(config.StopSignal) ? null : config.StopSignal,
        User = config.User ?? "",
        Volumes = config.Volumes?.ToDictionary(v => v.Key, _ => new EmptyMember()),
        WorkingDir = config.WorkingDir ?? "",
    };
}
