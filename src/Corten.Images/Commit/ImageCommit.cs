using Corten.Images.Changes;
using Corten.Images.Registration;
using Corten.Oci.Image;

namespace Corten.Images.Commit;

/// <summary>What <c>docker commit</c> asks for besides the container.</summary>
public sealed record CommitOptions
{
    public ImageReference? Name { get; init; }

    public string Comment { get; init; } = "";

    public string Author { get; init; } = "";

    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Defaults that count before the container's; null for none.</summary>
    public ContainerDefaults? Config { get; init; }
}

/// <summary>Makes an image of a container: its image's layers, one more with what it changed, and its configuration as defaults.</summary>
public sealed class ImageCommit(ImageStore store, LocalImage local)
{
    public async Task<Digest> CommitAsync(CommitSource container, CommitOptions options, CancellationToken cancellationToken)
    {
        using var hold = store.Hold();
        var parent = container.Image.IsEmpty ? null : await store.Resolver.OfChainAsync(container.Image, container.Chain, cancellationToken);
        var defaults = ImageChanges.Apply(Merge(options.Config, container.Config), options.Changes);
        var (diffId, layer) = await StoreLayerAsync(container, cancellationToken);
        var now = DateTimeOffset.UtcNow;
        var basis = parent?.Config ?? new ImageConfig { Os = "linux", Architecture = Platform.Host.Architecture };
        var config = basis with
        {
            Created = now,
            Author = options.Author.Length > 0 ? options.Author : null,
            Comment = options.Comment.Length > 0 ? options.Comment : null,
            Container = container.ContainerId,
            DockerVersion = ImageImport.EngineVersion,
            Config = defaults,
            RootFs = new RootFs { DiffIds = [.. basis.RootFs.DiffIds, diffId] },
            History =
            [
                .. basis.History ?? [],
                new HistoryEntry
                {
                    Created = now,
                    CreatedBy = string.Join(' ', container.Config.Cmd ?? []),
                    Author = options.Author.Length > 0 ? options.Author : null,
                    Comment = options.Comment.Length > 0 ? options.Comment : null,
                },
            ],
        };
        var image = await local.CreateAsync(
            config, [.. parent?.Manifest.Layers ?? [], layer], parent?.Id ?? default, options.Name is { } name ? [name] : [], cancellationToken);
        store.Events.Published("create", image.Id, image.Config, options.Name?.Familiar);
        return image.Id;
    }

    private async Task<(Digest DiffId, Descriptor Layer)> StoreLayerAsync(CommitSource container, CancellationToken cancellationToken)
    {
        await using var writer = await store.Content.BeginAsync("commit-" + Guid.NewGuid().ToString("n"), cancellationToken);
        try
        {
            await container.WriteLayerAsync(writer, cancellationToken);
            var info = await writer.CommitAsync(default, null, cancellationToken);
            return (info.Digest, new Descriptor { MediaType = MediaTypes.OciLayer, Digest = info.Digest, Size = info.Size });
        }
        catch
        {
            writer.Abandon();
            throw;
        }
    }

    /// <summary>What the caller says, completed by what the container was told: sets are joined, the rest is taken where nothing was said.</summary>
    private static ContainerDefaults Merge(ContainerDefaults? given, ContainerDefaults container)
    {
        if (given is null)
        {
            return container;
        }

        var env = given.Env ?? [];
        var named = env.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        return given with
        {
            User = string.IsNullOrEmpty(given.User) ? container.User : given.User,
            ExposedPorts = Join(given.ExposedPorts, container.ExposedPorts),
            Env = [.. env, .. (container.Env ?? []).Where(e => !named.Contains(NameOf(e)))],
            Entrypoint = given.Entrypoint is { Count: > 0 } ? given.Entrypoint : container.Entrypoint,
            Cmd = given.Cmd is { Count: > 0 } || given.Entrypoint is { Count: > 0 } ? given.Cmd : container.Cmd,
            Volumes = Join(given.Volumes, container.Volumes),
            WorkingDir = string.IsNullOrEmpty(given.WorkingDir) ? container.WorkingDir : given.WorkingDir,
            Labels = Join(given.Labels, container.Labels),
            StopSignal = string.IsNullOrEmpty(given.StopSignal) ? container.StopSignal : given.StopSignal,
            Healthcheck = given.Healthcheck ?? container.Healthcheck,
            OnBuild = given.OnBuild ?? container.OnBuild,
            Shell = given.Shell ?? container.Shell,
        };
    }

    private static string NameOf(string variable) => variable.IndexOf('=') is >= 0 and var equals ? variable[..equals] : variable;

    private static Dictionary<string, T>? Join<T>(Dictionary<string, T>? first, Dictionary<string, T>? second)
    {
        if (first is null || second is null)
        {
            return first ?? second;
        }

        var joined = new Dictionary<string, T>(second, StringComparer.Ordinal);
        foreach (var (key, value) in first)
        {
            joined[key] = value;
        }

        return joined;
    }
}
