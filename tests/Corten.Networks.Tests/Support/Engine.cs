using System.Collections.Concurrent;
using Corten.EngineApi.Events;
using Corten.EngineApi.Networks;
using Corten.Linux.Net;
using Corten.Networks.Sandboxes;
using Corten.Storage.Metadata;
using Microsoft.Win32.SafeHandles;

namespace Corten.Networks.Tests.Support;

/// <summary>
/// A network service with roots of its own, and containers without processes: a sandbox is all that is looked at. Disposing it releases
/// everything, removes bridges and rules, and checks nothing: tests that are about leftovers look for them themselves.
/// </summary>
internal sealed class Engine : IAsyncDisposable
{
    private static int s_number;

    private readonly string _root;
    private readonly Dictionary<string, SafeFileHandle> _opened = [];
    private readonly HashSet<string> _containers = [];
    private Database _database;

    public Engine(Func<NetworkOptions, NetworkOptions>? change = null)
    {
        var number = Interlocked.Increment(ref s_number);
        _root = Directory.CreateTempSubdirectory("corten-net-").FullName;
        Options = new NetworkOptions { ExecRoot = Path.Combine(_root, "run"), Bridge = $"ct{number}", Bip = $"10.201.{number}.1/24", ReadyNamespaces = 1 };
        Options = change?.Invoke(Options) ?? Options;
        Directory.CreateDirectory(Options.ExecRoot);
        _database = Database.Open(Path.Combine(_root, "corten.db"));
        Events = new EventLog();
        Service = NetworkService.Start(Options, _database, Events, Reports.Add);
        Service.Sandboxes.RestoreAsync([], default).GetAwaiter().GetResult();
        Namespaces.Run(Namespaces.Home, () =>
        {
            using var route = new RouteSocket();
            route.Run(new RouteBatch().Up(1));
            return 0;
        });
    }

    public NetworkOptions Options { get; }

    public EventLog Events { get; }

    /// <summary>What the daemon's log would hold.</summary>
    public ConcurrentBag<string> Reports { get; } = [];

    public NetworkService Service { get; private set; }

    public NamespaceThread Namespaces { get; } = new();

    public string HostsPath(string id) => Path.Combine(_root, id + ".hosts");

    public string ResolvConfPath(string id) => Path.Combine(_root, id + ".resolv");

    /// <summary>A container id from a name.</summary>
    public static string Id(string name) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));

    public SandboxRequest Request(string name, string mode = "default", params (string Port, string Host)[] ports) => new()
    {
        ContainerId = Id(name),
        ContainerName = name,
        Hostname = Id(name)[..12],
        NetworkMode = mode,
        PortBindings = ports.GroupBy(p => p.Port).ToDictionary(g => g.Key, g => g.Select(p => Binding(p.Host)).ToList()),
        HostsPath = HostsPath(Id(name)),
        ResolvConfPath = ResolvConfPath(Id(name)),
    };

    public async Task<Sandbox> StartAsync(SandboxRequest request)
    {
        var sandbox = await Service.Sandboxes.CreateSandboxAsync(request, default);
        _containers.Add(request.ContainerId);
        if (sandbox.NamespacePath is { } path)
        {
            _opened[request.ContainerName] = NetworkNamespace.Open(path);
        }
        return sandbox;
    }

    public Task<Sandbox> StartAsync(string name, string mode = "default", params (string Port, string Host)[] ports) => StartAsync(Request(name, mode, ports));

    public async Task StopAsync(string name)
    {
        if (_opened.Remove(name, out var handle))
        {
            handle.Dispose();
        }
        _containers.Remove(Id(name));
        await Service.Sandboxes.ReleaseAsync(Id(name), default);
    }

    /// <summary>Does something in a container's namespace.</summary>
    public T In<T>(string name, Func<T> work) => Namespaces.Run(_opened[name], work);

    /// <summary>As a killed daemon and its successor: nothing is released. The attendant's sockets are the only thing that a process of its own would keep and
    /// this one has to take again.</summary>
    public async Task RestartAsync(Action? meanwhile = null)
    {
        Service.Dispose();
        _database.Dispose();
        meanwhile?.Invoke();
        _database = Database.Open(Path.Combine(_root, "corten.db"));
        Service = NetworkService.Start(Options, _database, Events, Reports.Add);
        await Service.Sandboxes.RestoreAsync(_containers, default);
    }

    /// <summary>The daemon learns that a container died meanwhile.</summary>
    public void Lose(string name)
    {
        if (_opened.Remove(name, out var handle))
        {
            handle.Dispose();
        }
        _containers.Remove(Id(name));
    }

    public async Task<string> NetworkAsync(string name, Action<NetworkCreateRequest>? change = null)
    {
        var request = new NetworkCreateRequest { Name = name };
        change?.Invoke(request);
        return (await Service.CreateAsync(request, default)).Id;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _opened.Keys.ToList())
        {
            _opened[name].Dispose();
        }
        foreach (var container in _containers)
        {
            await Service.Sandboxes.ReleaseAsync(container, default);
        }
        foreach (var network in Service.List(EngineApi.Filters.FilterSet.Empty).Where(n => n.Name is not ("bridge" or "host" or "none")))
        {
            await Service.RemoveAsync(network.Id, default);
        }
        Service.RemoveRules();
        Service.Dispose();
        _database.Dispose();
        using (var route = new RouteSocket())
        {
            if (route.FindLink(Options.Bridge) is { } bridge)
            {
                route.Run(new RouteBatch().Delete(bridge.Index));
            }
        }
        Namespaces.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary><c>8080</c>, <c>127.0.0.1:8080</c>, <c>[::1]:8080</c> or nothing.</summary>
    private static PortBinding Binding(string text)
    {
        var colon = text.LastIndexOf(':');
        return new PortBinding { HostIp = colon < 0 ? "" : text[..colon].Trim('[', ']'), HostPort = colon < 0 ? text : text[(colon + 1)..] };
    }
}
