namespace Corten.Daemon.Http;

/// <summary>Serves one request: decode, call a service, encode. What it throws is answered by <see cref="ErrorAnswer"/>.</summary>
internal delegate Task RequestHandler(RequestContext context);

/// <summary>
/// Which handler serves which method and path. Patterns: <c>/containers/{id}/json</c> takes one part of the path, <c>/images/{name*}/json</c>
/// any number of them, since image names have slashes. Where two patterns fit, the one that was added first serves.
/// </summary>
internal sealed class RouteTable
{
    // By method and first part: at most a dozen patterns are left to compare with.
    private readonly Dictionary<(string Method, string First), List<Route>> _routes = [];

    public RouteTable Get(string pattern, RequestHandler handler) => Add("GET", pattern, handler);

    public RouteTable Head(string pattern, RequestHandler handler) => Add("HEAD", pattern, handler);

    public RouteTable Post(string pattern, RequestHandler handler) => Add("POST", pattern, handler);

    public RouteTable Put(string pattern, RequestHandler handler) => Add("PUT", pattern, handler);

    public RouteTable Delete(string pattern, RequestHandler handler) => Add("DELETE", pattern, handler);

    /// <param name="path">The decoded path without a version, beginning with a slash.</param>
    /// <returns>Null when no pattern fits.</returns>
    public (RequestHandler Handler, RouteValues Values)? Find(string method, string path)
    {
        var parts = path.Split('/')[1..];
        if (_routes.TryGetValue((method, parts[0]), out var candidates))
        {
            foreach (var route in candidates)
            {
                if (route.Match(parts) is { } values)
                {
                    return (route.Handler, values);
                }
            }
        }

        return null;
    }

    private RouteTable Add(string method, string pattern, RequestHandler handler)
    {
        var route = new Route(pattern.Split('/')[1..], handler);
        var key = (method, route.Parts[0]);
        if (!_routes.TryGetValue(key, out var routes))
        {
            _routes[key] = routes = [];
        }

        routes.Add(route);
        return this;
    }

    private sealed class Route(string[] parts, RequestHandler handler)
    {
        private readonly int _greedy = Array.FindIndex(parts, p => p.EndsWith("*}", StringComparison.Ordinal));

        public string[] Parts => parts;

        public RequestHandler Handler => handler;

        public RouteValues? Match(string[] path)
        {
            if (_greedy < 0 ? path.Length != parts.Length : path.Length < parts.Length)
            {
                return null;
            }

            var values = new RouteValues();
            var extra = path.Length - parts.Length;
            for (int i = 0, at = 0; i < parts.Length; i++, at++)
            {
                var part = parts[i];
                if (i == _greedy)
                {
                    // At the end it may be empty, as in DELETE /images/: the endpoint has words for that.
                    values.Add(part[1..^2], string.Join('/', path, at, extra + 1), mayBeEmpty: i == parts.Length - 1);
                    at += extra;
                }
                else if (part is ['{', .., '}'])
                {
                    values.Add(part[1..^1], path[at], mayBeEmpty: false);
                }
                else if (part != path[at])
                {
                    return null;
                }
            }

            return values.HasEmpty ? null : values;
        }
    }
}

/// <summary>What a pattern's names stood for in a path. There are never more than two.</summary>
internal sealed class RouteValues
{
    private readonly List<(string Name, string Value)> _values = [];

    /// <summary>A part of the path that a name stands for is empty, as in <c>/containers//json</c>.</summary>
    public bool HasEmpty { get; private set; }

    public string this[string name] => _values.Find(v => v.Name == name).Value
        ?? throw new InvalidOperationException($"the route has no part named {name}");

    internal void Add(string name, string value, bool mayBeEmpty)
    {
        _values.Add((name, value));
        HasEmpty |= value.Length == 0 && !mayBeEmpty;
    }
}
