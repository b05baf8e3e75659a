using Corten.Images;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Containers.Model;

/// <summary>
/// Every container, by id and by name, in memory: what lists and look-ups read. A name is taken before its container exists, so that two creations
/// can't both have it.
/// </summary>
public sealed class ContainerRegistry : IImageUsers
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Container> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _idByName = new(StringComparer.Ordinal);

    /// <summary>A copy: the containers of this moment.</summary>
    public IReadOnlyList<Container> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _byId.Values];
            }
        }
    }

    /// <summary>Images that containers were made from, and those that they mount.</summary>
    public IReadOnlyList<ImageUse> ListUses()
    {
        var uses = new List<ImageUse>();
        foreach (var container in All)
        {
            foreach (var id in container.Record.Mounts.Select(mount => mount.ImageId).Append(container.Record.ImageId))
            {
                if (Digest.TryParse(id, out var image))
                {
                    uses.Add(new ImageUse(image, container.Id, container.Status.IsUp));
                }
            }
        }

        return uses;
    }

    /// <summary>By full id, by name (its slash may be there), by <c>parent/alias</c> of a link, or by the beginning of an id that no other shares.</summary>
    /// <exception cref="CortenException">There is none, or several begin so.</exception>
    public Container Find(string idOrName)
    {
        if (idOrName.Length == 0)
        {
            throw CortenException.Invalid("invalid name or ID supplied: \"\"");
        }

        return TryFind(idOrName) ?? throw CortenException.NotFound($"No such container: {idOrName}");
    }

    public Container? FindById(string id)
    {
        lock (_lock)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    internal bool IsNameTaken(string name)
    {
        lock (_lock)
        {
            return _idByName.ContainsKey(name);
        }
    }

    /// <exception cref="CortenException">In the words that clients look for.</exception>
    internal void ReserveName(string name, string id)
    {
        lock (_lock)
        {
            if (_idByName.TryGetValue(name, out var owner))
            {
                throw CortenException.Conflict($"Conflict. The container name \"/{name}\" is already in use by container \"{owner}\". "
                    + "You have to remove (or rename) that container to be able to reuse that name.");
            }

            _idByName.Add(name, id);
        }
    }

    internal void ReleaseName(string name)
    {
        lock (_lock)
        {
            _idByName.Remove(name);
        }
    }

    /// <summary>Its name has been reserved.</summary>
    internal void Add(Container container)
    {
        lock (_lock)
        {
            _byId.Add(container.Id, container);
        }
    }

    /// <summary>Takes it and its name out.</summary>
    internal void Remove(Container container)
    {
        lock (_lock)
        {
            _byId.Remove(container.Id);
            _idByName.Remove(container.Name);
        }

        container.Disappear();
    }

    /// <summary><see cref="Find"/>, with null for none.</summary>
    internal Container? TryFind(string idOrName)
    {
        lock (_lock)
        {
            return Look(idOrName);
        }
    }

    private Container? Look(string idOrName)
    {
        if (_byId.TryGetValue(idOrName, out var exact))
        {
            return exact;
        }

        var name = idOrName.StartsWith('/') ? idOrName[1..] : idOrName;
        if (_idByName.TryGetValue(name, out var id) && _byId.TryGetValue(id, out var named))
        {
            return named;
        }

        return Linked(name) ?? ByPrefix(idOrName);
    }

    private Container? Linked(string name)
    {
        var slash = name.IndexOf('/');
        return slash > 0 && _idByName.TryGetValue(name[..slash], out var parentId) && _byId.TryGetValue(parentId, out var parent)
            && parent.Record.Links.FirstOrDefault(link => link.Alias == name[(slash + 1)..]) is { } link
            ? _byId.GetValueOrDefault(link.ContainerId)
            : null;
    }

    private Container? ByPrefix(string prefix)
    {
        if (prefix.Length is 0 or > 64 || prefix.AsSpan().ContainsAnyExcept("0123456789abcdef"))
        {
            return null;
        }

        Container? found = null;
        foreach (var (id, container) in _byId)
        {
            if (id.StartsWith(prefix, StringComparison.Ordinal))
            {
                found = found is null ? container : throw CortenException.Invalid($"Multiple IDs found with provided prefix: {prefix}");
            }
        }

        return found;
    }
}
