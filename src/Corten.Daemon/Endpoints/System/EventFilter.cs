using Corten.EngineApi.Events;
using Corten.EngineApi.Filters;

namespace Corten.Daemon.Endpoints.System;

/// <summary>Which events a client asks for. Keys that are not known are ignored here, as the reference engine does.</summary>
internal sealed class EventFilter(FilterSet filters)
{
    private static readonly string[] _actors = ["container", "image", "network", "volume", "daemon", "plugin", "service", "node", "secret", "config"];

    public bool Accepts(EventMessage message) =>
        Action(message.Action)
        && filters.Exact("type", message.Type)
        && filters.Exact("scope", message.Scope)
        && filters.Labels("label", message.Actor.Attributes)
        && _actors.All(kind => Actor(kind, message));

    /// <summary><c>event=exec_create</c> stands for every <c>exec_create: ls</c>, <c>event=health_status: healthy</c> for that one.</summary>
    private bool Action(string action) =>
        filters.Exact("event", action)
        || (action.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && filters.Exact("event", action[..colon]));

    /// <summary>An object by the beginning of its id, or by its name; an image by its reference without a tag as well.</summary>
    private bool Actor(string kind, EventMessage message)
    {
        if (!filters.Contains(kind))
        {
            return true;
        }

        var attributes = message.Actor.Attributes;
        if (kind == EventType.Image && message.Type is EventType.Image or EventType.Container)
        {
            var image = message.Type == EventType.Container ? attributes.GetValueOrDefault("image", "") : message.Actor.Id;
            return Names(kind, image) || (message.Type == EventType.Image && Names(kind, attributes.GetValueOrDefault("name", "")));
        }

        // The events of a container's networks and volumes are events of the container as well.
        var ofContainer = kind == EventType.Container && attributes.TryGetValue("container", out var container) && filters.Prefix(kind, container);
        return ofContainer || (message.Type == kind
            && (filters.Prefix(kind, message.Actor.Id) || filters.Exact(kind, attributes.GetValueOrDefault("name", message.Actor.Id))));
    }

    private bool Names(string kind, string image) => image.Length > 0 && (filters.Exact(kind, image) || filters.Exact(kind, WithoutTag(image)));

    private static string WithoutTag(string image)
    {
        var colon = image.LastIndexOf(':');
        return colon > image.LastIndexOf('/') ? image[..colon] : image;
    }
}
