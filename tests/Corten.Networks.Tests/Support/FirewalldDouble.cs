using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Corten.Networks.Firewall.Firewalld;

namespace Corten.Networks.Tests.Support;

/// <summary>A system bus with a firewalld on it, as far as a daemon talks to them: zones, policies, interfaces, reload and its signal.</summary>
internal sealed class FirewalldDouble : IDisposable
{
    private const string Service = "org.fedoraproject.FirewallD1";

    private readonly string _folder = Directory.CreateTempSubdirectory("corten-bus-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentBag<Stream> _clients = [];
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Lock _lock = new();
    private readonly HashSet<string> _permanent = [], _inForce = [];

    public FirewalldDouble()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public string Path => System.IO.Path.Combine(_folder, "bus");

    /// <summary>Not there when null; in this process's network namespace otherwise, unless it is another process.</summary>
    public int? Process { get; set; } = Environment.ProcessId;

    public SortedSet<string> Interfaces { get; } = [];

    public int Reloads { get; private set; }

    /// <summary>A policy's settings as they were sent.</summary>
    public ReadOnlyMemory<byte> PolicySettings { get; private set; }

    /// <summary>Waits until the interfaces of the zone are these.</summary>
    public async Task HasAsync(params string[] interfaces)
    {
        while (true)
        {
            lock (_lock)
            {
                if (Interfaces.SetEquals(interfaces))
                {
                    return;
                }
            }
            await _changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>As <c>systemctl restart firewalld</c>: what was told at run time is forgotten.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            Interfaces.Clear();
        }
        Tell("org.freedesktop.DBus", "/org/freedesktop/DBus", "NameOwnerChanged");
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var client in _clients)
        {
            client.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(new NetworkStream(await _listener.AcceptAsync(), ownsSocket: true));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        _clients.Add(stream);
        try
        {
            await ReadLineAsync(stream);
            await stream.WriteAsync("OK 0123\r\n"u8.ToArray());
            await ReadLineAsync(stream);
            var start = new byte[BusMessage.FixedSize];
            while (true)
            {
                await stream.ReadExactlyAsync(start);
                var whole = new byte[BusMessage.LengthOf(start)];
                start.CopyTo(whole, 0);
                await stream.ReadExactlyAsync(whole.AsMemory(start.Length));
                var call = BusMessage.Decode(whole);
                await stream.WriteAsync((Answer(call) with { Serial = 1, ReplyTo = call.Serial }).Encode());
                _changed.Release();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
        }
    }

    private BusMessage Answer(BusMessage call)
    {
        lock (_lock)
        {
            switch (call.Member)
            {
                case "GetConnectionUnixProcessID":
                    return Process is { } process ? Value("u", w => w.UInt32((uint)process)) : Error("org.freedesktop.DBus.Error.NameHasNoOwner", "nobody");
                case "getZones" or "getPolicies":
                    return Value("as", w => Strings(w, _inForce));
                case "getZoneNames" or "getPolicyNames":
                    return Value("as", w => Strings(w, _permanent));
                case "addZone2":
                    _permanent.Add(First(call));
                    return Value("o", w => w.String("/zone"));
                case "addPolicy":
                    _permanent.Add(First(call));
                    PolicySettings = call.Body;
                    return Value("o", w => w.String("/policy"));
                case "reload":
                    Reloads++;
                    _inForce.UnionWith(_permanent);
                    Interfaces.Clear();
                    Tell(Service, "/org/fedoraproject/FirewallD1", "Reloaded");
                    return Value("", null);
                case "changeZoneOfInterface" when _inForce.Contains(First(call)):
                    Interfaces.Add(Second(call));
                    return Value("s", w => w.String(First(call)));
                case "changeZoneOfInterface":
                    return Error("org.fedoraproject.FirewallD1.Exception", "INVALID_ZONE");
                case "removeInterface":
                    return Interfaces.Remove(Second(call)) ? Value("s", w => w.String(First(call))) : Error("org.fedoraproject.FirewallD1.Exception", "UNKNOWN_INTERFACE");
                default:
                    return Value("", null);
            }
        }
    }

    private void Tell(string face, string path, string member)
    {
        var signal = new BusMessage { Type = BusMessageType.Signal, Serial = 2, Object = path, Interface = face, Member = member }.Encode();
        foreach (var client in _clients)
        {
            client.Write(signal.Span);
        }
    }

    private static async Task ReadLineAsync(Stream stream)
    {
        var one = new byte[1];
        do
        {
            await stream.ReadExactlyAsync(one);
        }
        while (one[0] != '\n');
    }

    private static BusMessage Value(string signature, Action<BusWriter>? body)
    {
        var writer = new BusWriter();
        body?.Invoke(writer);
        return new BusMessage { Type = BusMessageType.Return, Signature = signature, Body = writer.Written };
    }

    private static BusMessage Error(string name, string words) =>
        Value("s", w => w.String(words)) with { Type = BusMessageType.Error, Error = name };

    private static void Strings(BusWriter writer, IEnumerable<string> values) => writer.Array(4, list =>
    {
        foreach (var value in values)
        {
            list.String(value);
        }
    });

    private static string First(BusMessage call) => new BusReader(call.Body.Span).String();

    private static string Second(BusMessage call)
    {
        var reader = new BusReader(call.Body.Span);
        reader.String();
        return reader.String();
    }
}
