using Corten.Linux.Net;
using Corten.Networks.Attendant;

namespace Corten.Networks.Names;

/// <summary>The name servers of all containers, which share one directory.</summary>
internal sealed class NameService : IDisposable
{
    private readonly NameDirectory _directory = new();
    private readonly NamespaceThread _namespaces = new();
    private readonly Dictionary<string, NameServer> _servers = [];
    private readonly Lock _lock = new();

    /// <summary>No container is served.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _servers.Count == 0;
            }
        }
    }

    public void Publish(NameRecord record) => _directory.Publish(record);

    public void Withdraw(string endpoint) => _directory.Withdraw(endpoint);

    /// <summary>Starts to serve a container, or changes what it is told.</summary>
    public void Serve(NameClient client)
    {
        lock (_lock)
        {
            if (_servers.TryGetValue(client.Container, out var server) && server.Client.Sandbox == client.Sandbox)
            {
                server.Client = client;
                return;
            }
            server?.Dispose();
            _servers.Remove(client.Container);
            _servers[client.Container] = new NameServer(client, _directory, _namespaces);
        }
    }

    public void Forget(string container)
    {
        lock (_lock)
        {
            if (_servers.Remove(container, out var server))
            {
                server.Dispose();
            }
        }
    }

    public void Replace(AttendantState state)
    {
        _directory.Replace(state.Records);
        var wanted = state.Clients.Select(c => c.Container).ToHashSet();
        List<string> gone;
        lock (_lock)
        {
            gone = [.. _servers.Keys.Where(c => !wanted.Contains(c))];
        }
        gone.ForEach(Forget);
        state.Clients.ForEach(Serve);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var server in _servers.Values)
            {
                server.Dispose();
            }
            _servers.Clear();
        }
        _namespaces.Dispose();
    }
}
