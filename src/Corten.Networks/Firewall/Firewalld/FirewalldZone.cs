using System.Globalization;
using System.Net.Sockets;

namespace Corten.Networks.Firewall.Firewalld;

/// <summary>
/// Where firewalld runs, the bridges are in a zone of ours, <c>corten</c>, that accepts what comes from it, with a policy that lets what our own rules allow in
/// reach it: what Docker does with its zone. Passes in firewalld's chains would not be enough: it drops what containers say to the host, and from release 2.1 it lets
/// nobody into its table. The zone and the policy are made once and stay in firewalld's configuration; the bridges are told to it while it runs, and
/// again after each of its reloads and starts.
/// </summary>
internal sealed class FirewalldZone : IDisposable
{
    public const string Zone = "corten";
    public const string Policy = "corten-forwarding";

    private const string Service = "org.fedoraproject.FirewallD1";
    private const string Root = "/org/fedoraproject/FirewallD1";
    private const string Configuration = Root + "/config";
    private const string Description = "The bridges of Corten's networks. What may reach them is decided in Corten's own table.";

    /// <summary>How long a new network waits to be let through; it goes on without.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly string _path;
    private readonly Action<string> _report;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Lock _lock = new();
    private readonly Task _loop;
    private HashSet<string> _wanted = [];
    private HashSet<string> _told = [];
    private TaskCompletionSource _settled = Settled();
    private bool _over;

    private FirewalldZone(string path, Action<string> report)
    {
        (_path, _report) = (path, report);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>firewalld runs here and has our zone.</summary>
    public bool Reached { get; private set; }

    /// <returns>Null where there is no system bus, and hence no firewalld.</returns>
    public static FirewalldZone? OnSystemBus(Action<string> report) => On(SystemBus.UsualPath(), report);

    public static FirewalldZone? On(string path, Action<string> report) => File.Exists(path) ? new FirewalldZone(path, report) : null;

    /// <summary>From now on these bridges are to be in the zone.</summary>
    public void Want(IEnumerable<string> devices)
    {
        lock (_lock)
        {
            var wanted = devices.ToHashSet();
            if (wanted.SetEquals(_wanted))
            {
                return;
            }
            _wanted = wanted;
            if (_settled.Task.IsCompleted && !_over)
            {
                _settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
        _work.Release();
    }

    /// <summary>Waits until firewalld, where it runs, knows the bridges.</summary>
    public void Settle()
    {
        Task settled;
        lock (_lock)
        {
            settled = _settled.Task;
        }
        settled.Wait(Patience);
    }

    public void Dispose()
    {
        _end.Cancel();
        _loop.GetAwaiter().GetResult();
        _end.Dispose();
        _work.Dispose();
    }

    /// <summary>Takes the zone and the policy out of firewalld's configuration, where it runs.</summary>
    public static async Task RemoveAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            return;
        }
        using var bus = await SystemBus.ConnectAsync(path, _ => { }, cancellation);
        if (!await IsHereAsync(bus, cancellation))
        {
            return;
        }
        var changed = await RemoveAsync(bus, "Policy", Policy, cancellation) | await RemoveAsync(bus, "Zone", Zone, cancellation);
        if (changed)
        {
            // Only then is it gone from what is in force.
            await bus.CallAsync(Service, Root, Service, "reload", "", null, cancellation);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            using var bus = await SystemBus.ConnectAsync(_path, OnSignal, _end.Token);
            await bus.MatchAsync($"type='signal',sender='{Service}',path='{Root}',interface='{Service}',member='Reloaded'", _end.Token);
            await bus.MatchAsync($"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{Service}'", _end.Token);
            while (!bus.Ended.IsCompleted)
            {
                await SettleAsync(bus);
                await await Task.WhenAny(_work.WaitAsync(_end.Token), bus.Ended);
            }
            _report("the system bus went away: firewalld's reloads are not noticed any more until the daemon is started again");
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException)
        {
            _report($"the system bus can't be asked for firewalld: {e.Message}");
        }
        finally
        {
            lock (_lock)
            {
                _over = true;
            }
            Reached = false;
            Finish();
        }
    }

    private void OnSignal(BusMessage message)
    {
        if (message.Member is not ("Reloaded" or "NameOwnerChanged"))
        {
            return;
        }
        lock (_lock)
        {
            _told = [];
        }
        _work.Release();
    }

    private async Task SettleAsync(SystemBus bus)
    {
        HashSet<string> wanted, told;
        lock (_lock)
        {
            (wanted, told) = (_wanted, _told);
        }
        try
        {
            Reached = wanted.Count + told.Count > 0 && await IsHereAsync(bus, _end.Token);
            if (Reached)
            {
                await EnsureZoneAsync(bus);
                foreach (var device in wanted.Except(told))
                {
                    await bus.CallAsync(Service, Root, Service + ".zone", "changeZoneOfInterface", "ss", w => w.String(Zone).String(device), _end.Token);
                }
                foreach (var device in told.Except(wanted))
                {
                    await ForgetAsync(bus, device);
                }
            }
            lock (_lock)
            {
                // A signal that came meanwhile has made it empty on purpose: all is told again.
                _told = ReferenceEquals(_told, told) ? Reached ? wanted : [] : _told;
            }
        }
        catch (Exception e) when (e is BusException or TimeoutException)
        {
            _report($"firewalld does not take the bridges into the zone {Zone}: {e.Message}");
        }
        finally
        {
            Finish();
        }
    }

    /// <summary>Interfaces stay known to firewalld after they are gone, or another one of that name would be trusted.</summary>
    private async Task ForgetAsync(SystemBus bus, string device)
    {
        try
        {
            await bus.CallAsync(Service, Root, Service + ".zone", "removeInterface", "ss", w => w.String(Zone).String(device), _end.Token);
        }
        catch (BusException e) when (e.Message.Contains("UNKNOWN_INTERFACE", StringComparison.Ordinal))
        {
            // Forgotten already.
        }
    }

    /// <summary>Both are part of the permanent configuration, and in force after a reload.</summary>
    private async Task EnsureZoneAsync(SystemBus bus)
    {
        if ((await NamesAsync(bus, Root, ".zone", "getZones")).Contains(Zone) && (await NamesAsync(bus, Root, ".policy", "getPolicies")).Contains(Policy))
        {
            return;
        }
        if (!(await NamesAsync(bus, Configuration, ".config", "getZoneNames")).Contains(Zone))
        {
            await bus.CallAsync(Service, Configuration, Service + ".config", "addZone2", "sa{sv}", w => w.String(Zone).Array(8, settings =>
                settings.Entry("target", "ACCEPT").Entry("short", Zone).Entry("description", Description)), _end.Token);
        }
        if (!(await NamesAsync(bus, Configuration, ".config", "getPolicyNames")).Contains(Policy))
        {
            await bus.CallAsync(Service, Configuration, Service + ".config", "addPolicy", "sa{sv}", w => w.String(Policy).Array(8, settings =>
                settings.Entry("target", "ACCEPT").Entry("short", Policy).Entry("description", Description)
                    .Entry("ingress_zones", ["ANY"]).Entry("egress_zones", [Zone])), _end.Token);
        }
        await bus.CallAsync(Service, Root, Service, "reload", "", null, _end.Token);
    }

    private async Task<List<string>> NamesAsync(SystemBus bus, string path, string face, string member) =>
        new BusReader((await bus.CallAsync(Service, path, Service + face, member, "", null, _end.Token)).Body.Span).Strings();

    private static async Task<bool> RemoveAsync(SystemBus bus, string kind, string name, CancellationToken cancellation)
    {
        try
        {
            var found = await bus.CallAsync(Service, Configuration, Service + ".config", $"get{kind}ByName", "s", w => w.String(name), cancellation);
            var path = new BusReader(found.Body.Span).String();
            await bus.CallAsync(Service, path, $"{Service}.config.{kind.ToLowerInvariant()}", "remove", "", null, cancellation);
            return true;
        }
        catch (BusException e) when (e.Message.Contains("INVALID_ZONE", StringComparison.Ordinal) || e.Message.Contains("INVALID_POLICY", StringComparison.Ordinal))
        {
            return false;
        }
    }

    /// <summary>Whether firewalld runs, and filters in the network namespace of this daemon: the bus is one for all of them.</summary>
    private static async Task<bool> IsHereAsync(SystemBus bus, CancellationToken cancellation) =>
        await bus.ProcessOfAsync(Service, cancellation) is { } process
        && NamespaceOf(process.ToString(CultureInfo.InvariantCulture)) is { } theirs && theirs == NamespaceOf("self");

    private static string? NamespaceOf(string process) => new FileInfo($"/proc/{process}/ns/net").LinkTarget;

    private static TaskCompletionSource Settled()
    {
        var settled = new TaskCompletionSource();
        settled.SetResult();
        return settled;
    }

    private void Finish()
    {
        lock (_lock)
        {
            _settled.TrySetResult();
        }
    }
}
