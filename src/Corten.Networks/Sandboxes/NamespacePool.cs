using System.Collections.Concurrent;
using System.Security.Cryptography;
using Corten.Linux.Net;
using Microsoft.Win32.SafeHandles;

namespace Corten.Networks.Sandboxes;

/// <summary>A namespace with its file, a netlink socket inside, and its loopback link up.</summary>
internal sealed record ReadyNamespace(string Id, string Path, SafeFileHandle Handle, RouteSocket Inside) : IDisposable
{
    public void Dispose()
    {
        Inside.Dispose();
        Handle.Dispose();
    }
}

/// <summary>
/// A few namespaces made before anybody asks: making one takes the kernel most of a millisecond. What is taken is replaced in the background.
/// Namespaces left ready by a daemon that was killed are swept by the next, since no stored sandbox names them.
/// </summary>
internal sealed class NamespacePool : IDisposable
{
    private readonly ConcurrentQueue<ReadyNamespace> _ready = [];
    private readonly NamespaceThread _thread;
    private readonly string _folder;
    private readonly int _wanted;
    private readonly Lock _lock = new();
    private Task _filling = Task.CompletedTask;
    private volatile bool _closed;

    public NamespacePool(NamespaceThread thread, string folder, int wanted)
    {
        (_thread, _folder, _wanted) = (thread, folder, wanted);
        Directory.CreateDirectory(folder);
    }

    public ReadyNamespace Take()
    {
        var taken = _ready.TryDequeue(out var ready) ? ready : Make();
        Refill();
        return taken;
    }

    /// <summary>Fills up in the background, one thread at a time.</summary>
    public void Refill()
    {
        lock (_lock)
        {
            if (!_closed && _filling.IsCompleted && _ready.Count < _wanted)
            {
                _filling = Task.Run(Fill);
            }
        }
    }

    public ReadyNamespace Reopen(string id, string path)
    {
        var handle = NetworkNamespace.Open(path);
        return new ReadyNamespace(id, path, handle, _thread.Run(handle, () => new RouteSocket()));
    }

    /// <summary>Unbinds every namespace file that nobody needs.</summary>
    public void Sweep(IReadOnlySet<string> needed)
    {
        foreach (var path in Directory.EnumerateFiles(_folder))
        {
            if (!needed.Contains(path))
            {
                NetworkNamespace.Unbind(path);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
        }
        _filling.GetAwaiter().GetResult();
        while (_ready.TryDequeue(out var ready))
        {
            ready.Dispose();
            NetworkNamespace.Unbind(ready.Path);
        }
    }

    private void Fill()
    {
        try
        {
            while (!_closed && _ready.Count < _wanted)
            {
                _ready.Enqueue(Make());
            }
        }
        catch (Linux.LinuxException)
        {
            // Whoever needs one now makes it himself and gets the error that names the reason.
        }
    }

    private ReadyNamespace Make()
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var path = Path.Combine(_folder, id[..12]);
        var handle = _thread.CreateAt(path);
        try
        {
            var inside = _thread.Run(handle, () => new RouteSocket());
            inside.Run(new RouteBatch().Up(1));
            return new ReadyNamespace(id, path, handle, inside);
        }
        catch
        {
            handle.Dispose();
            NetworkNamespace.Unbind(path);
            throw;
        }
    }
}
