using Corten.Containers.Model;
using Corten.EngineApi.Containers;
using Corten.EngineApi.Filters;
using Corten.EngineApi.Networks;

namespace Corten.Containers.Views;

/// <summary>Lists containers, newest first. Everything that a line shows is in memory.</summary>
public sealed class ListContainers
{
    /// <summary>What can be filtered by.</summary>
    public static ReadOnlySpan<string> FilterKeys =>
        new[] { "ancestor", "before", "expose", "exited", "health", "id", "is-task", "isolation", "label", "name", "network", "publish", "since", "status", "volume" };

    private readonly ContainerCore _core;

    internal ListContainers(ContainerCore core) => _core = core;

    /// <param name="all">Those that do not run as well.</param>
    /// <param name="limit">At most so many of the latest, whether they run or not; 0 for no limit.</param>
    /// <param name="withSize">Walk their files.</param>
    /// <param name="filters"></param>
    /// <returns>Which ones is settled at once; what is said of each is made when it is asked for, except for sizes, which may fail.</returns>
    public IEnumerable<ContainerSummary> Run(bool all, int limit, bool withSize, FilterSet filters)
    {
        var selection = ContainerFilter.Of(filters, _core);
        var everything = all || limit > 0 || selection.WantsStopped;
        var chosen = new List<Container>();
        foreach (var container in _core.Registry.All.OrderByDescending(container => container.Record.Created))
        {
            if (limit > 0 && chosen.Count == limit)
            {
                break;
            }

            if ((everything || container.Status.IsUp) && selection.Matches(container))
            {
                chosen.Add(container);
            }
        }

        var now = DateTimeOffset.UtcNow;
        var aliases = LinkNames();
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        var summaries = chosen.Select(container => Summarize(container, now, withSize, aliases, images));
        return withSize ? [.. summaries] : summaries;
    }

    private ContainerSummary Summarize(Container container, DateTimeOffset now, bool withSize, ILookup<string, string> aliases, Dictionary<string, string> images)
    {
        var (record, status) = (container.Record, container.Status);
        var size = withSize ? _core.Layers.Usage(container.Id) : ((long, long)?)null;
        return new ContainerSummary
        {
            Id = container.Id,
            Names = ["/" + container.Name, .. aliases[container.Id]],
            Image = ImageName(record, images),
            ImageID = record.ImageId,
            Command = string.Join(' ', record.Command.Select(Quote)),
            Created = record.Created.ToUnixTimeSeconds(),
            Ports = PortList.Of(container, _core.Sandboxes),
            SizeRw = size?.Item1,
            SizeRootFs = size?.Item2,
            Labels = record.Config.Labels ?? [],
            State = status.Word,
            Status = StatusText.Of(status, container.Health?.State.Status, now),
            HostConfig = new HostConfigSummary { NetworkMode = record.Host.NetworkMode, Annotations = record.Host.Annotations },
            NetworkSettings = new NetworkSettingsSummary { Networks = NetworkView.Endpoints(container, _core.Sandboxes) },
            Mounts = MountView.Of(record.Mounts),
        };
    }

    /// <summary>The name that it was made from, as long as that is still the same image's.</summary>
    private string ImageName(ContainerRecord record, Dictionary<string, string> known)
    {
        var name = record.Config.Image;
        if (name.Length == 0)
        {
            return record.ImageId;
        }

        if (!known.TryGetValue(name, out var id))
        {
            known[name] = id = _core.Images.TryFindId(name)?.ToString() ?? "";
        }

        return id == record.ImageId || id.Length == 0 && name.StartsWith("sha256:", StringComparison.Ordinal) ? name : record.ImageId;
    }

    private ILookup<string, string> LinkNames() => _core.Registry.All
        .SelectMany(parent => parent.Record.Links.Select(link => (link.ContainerId, Name: $"/{parent.Name}/{link.Alias}")))
        .ToLookup(link => link.ContainerId, link => link.Name);

    /// <summary>An argument with a space in it is quoted.</summary>
    private static string Quote(string argument) => argument.Contains(' ') ? $"'{argument}'" : argument;
}
