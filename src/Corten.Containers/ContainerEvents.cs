using Corten.Containers.Model;
using Corten.EngineApi.Events;

namespace Corten.Containers;

/// <summary>Publishes what happens to containers, with their labels, image and name as attributes.</summary>
internal sealed class ContainerEvents(EventLog log)
{
    public void Publish(Container container, string action, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        var all = new Dictionary<string, string>(container.Record.Config.Labels ?? [], StringComparer.Ordinal)
        {
            ["image"] = container.Record.Config.Image,
            ["name"] = container.Name,
        };
        foreach (var (name, value) in attributes)
        {
            all[name] = value;
        }

        log.Publish(EventType.Container, action, container.Id, all);
    }

    public void Pruned(ulong reclaimed) => log.Publish(
        EventType.Container, "prune", "", [new("reclaimed", reclaimed.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
}
