using System.Globalization;
using Corten.Containers.Model;
using Corten.EngineApi.Filters;
using Corten.Oci.Errors;

namespace Corten.Containers.Views;

/// <summary>The filters of a list, resolved once: which containers they let through.</summary>
internal sealed class ContainerFilter
{
    private static readonly string[] States = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];

    private readonly FilterSet _filters;
    private readonly ContainerCore _core;
    private readonly DateTimeOffset _before = DateTimeOffset.MaxValue;
    private readonly DateTimeOffset _since = DateTimeOffset.MinValue;
    private readonly HashSet<string> _ancestors = new(StringComparer.Ordinal);
    private readonly HashSet<int> _exitCodes = [];
    private readonly PortFilter _ports;

    private ContainerFilter(FilterSet filters, ContainerCore core)
    {
        (_filters, _core, _ports) = (filters, core, new PortFilter(filters));
        foreach (var name in filters["before"])
        {
            var created = core.Registry.Find(name).Record.Created;
            _before = created < _before ? created : _before;
        }

        foreach (var name in filters["since"])
        {
            var created = core.Registry.Find(name).Record.Created;
            _since = created > _since ? created : _since;
        }

        foreach (var name in filters["ancestor"])
        {
            _ancestors.Add(core.Images.TryFindId(name)?.ToString() ?? name);
        }

        foreach (var code in filters["exited"])
        {
            _exitCodes.Add(int.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw CortenException.Invalid($"invalid filter 'exited={code}': strconv.Atoi: parsing \"{code}\": invalid syntax"));
        }
    }

    /// <summary>The filters themselves ask for containers that do not run.</summary>
    public bool WantsStopped => _filters.Contains("status") || _filters.Contains("exited");

    public static ContainerFilter Of(FilterSet filters, ContainerCore core)
    {
        foreach (var state in filters["status"])
        {
            if (!States.Contains(state))
            {
                throw CortenException.Invalid($"invalid filter 'status={state}': invalid value for state ({state}): must be one of {string.Join(", ", States)}");
            }
        }

        foreach (var health in filters["health"])
        {
            if (health is not ("none" or "starting" or "healthy" or "unhealthy"))
            {
                throw CortenException.Invalid($"invalid filter 'health={health}': invalid value for health ({health}): must be one of none, starting, healthy, unhealthy");
            }
        }

        _ = filters.Bool("is-task");
        return new ContainerFilter(filters, core);
    }

    public bool Matches(Container container)
    {
        var (record, status) = (container.Record, container.Status);
        return record.Created < _before && record.Created > _since
            && _filters.Prefix("id", container.Id)
            && (_filters.Match("name", container.Name) || _filters.Match("name", container.Name.TrimStart('/')) || _filters.Match("name", "/" + container.Name.TrimStart('/')) || _filters["name"].Any(name => _filters.With("name", name.TrimStart('/')).Match("name", container.Name) && name.StartsWith('/')))
            && _filters.Labels("label", record.Config.Labels)
            && (!_filters.Contains("status") || _filters["status"].Contains(status.Word))
            && (_exitCodes.Count == 0 || status.Phase == Phase.Exited && _exitCodes.Contains(status.ExitCode))
            && (!_filters.Contains("health") || _filters["health"].Contains(container.Health?.State.Status ?? "none"))
            && (_ancestors.Count == 0 || IsDescendant(record))
            && _filters.Bool("is-task") != true
            && (!_filters.Contains("volume") || record.Mounts.Exists(mount => _filters["volume"].Any(volume => volume == mount.Name || volume == mount.Destination || volume == mount.Source)))
            && (!_filters.Contains("network") || HasNetwork(container))
            && (_ports.IsEmpty || _ports.Matches(PortList.Of(container, _core.Sandboxes)));
    }

    private bool IsDescendant(ContainerRecord record) =>
        _ancestors.Contains(record.ImageId) || _ancestors.Contains(record.Config.Image)
        || _ancestors.Any(ancestor => ancestor.Length >= 4 && record.ImageId.StartsWith("sha256:" + ancestor, StringComparison.Ordinal))
        || record.Chain.Length > 0 && _ancestors.Any(ancestor => _core.Images.IsAncestor(ancestor, record.ImageId));

    private bool HasNetwork(Container container)
    {
        var endpoints = NetworkView.Endpoints(container, _core.Sandboxes);
        return _filters["network"].Any(wanted => endpoints.ContainsKey(wanted)
            || endpoints.Values.Any(endpoint => endpoint.NetworkId.Length > 0 && endpoint.NetworkId.StartsWith(wanted, StringComparison.Ordinal)));
    }
}
