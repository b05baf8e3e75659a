using System.Diagnostics;
using System.Net.Sockets;

namespace Corten.EndToEnd;

/// <summary>
/// A real <c>cortend</c> with roots, socket and network namespace of its own. Disposing it removes its containers, ends it and
/// everything that it started, and takes its folders and namespace away.
/// </summary>
public sealed class CortenDaemon : IAsyncDisposable
{
    private static int _count;
    private readonly string[] _flags;
    private Process? _process;

    private CortenDaemon(string name, string[] flags)
    {
        (Name, _flags) = (name, flags);
        Root = Path.Combine(Path.GetTempPath(), name);
        Socket = Path.Combine(Root, "corten.sock");
    }

    /// <summary>Also the name of its network namespace.</summary>
    public string Name { get; }

    public string Root { get; }

    public string Socket { get; }

    public string DataRoot => Path.Combine(Root, "data");

    public string ExecRoot => Path.Combine(Root, "exec");

    /// <summary>Read at each start, and on SIGHUP; says nothing unless a test writes it.</summary>
    public string ConfigFile => Path.Combine(Root, "daemon.json");

    /// <summary>What a daemon that was started for plugins has in place of the machine's <c>/run/docker/plugins</c>, which all other daemons share.</summary>
    public string Plugins => Path.Combine(Root, "plugins");

    public int ProcessId => _process!.Id;

    /// <summary>What it has logged; nothing before it was started.</summary>
    public string Log => Path.Combine(Root, "cortend.log") is var path && File.Exists(path) ? File.ReadAllText(path) : "";

    /// <summary>Starts a daemon that has the image <c>busybox</c>.</summary>
    public static Task<CortenDaemon> StartAsync(params string[] flags) => StartAsync(ownPlugins: false, flags);

    /// <param name="ownPlugins">It finds its plugins in <see cref="Plugins"/>, in a mount namespace of its own.</param>
    /// <param name="flags">More flags of <c>cortend</c>.</param>
    public static async Task<CortenDaemon> StartAsync(bool ownPlugins, params string[] flags)
    {
        var daemon = new CortenDaemon($"ct{Environment.ProcessId}-{Interlocked.Increment(ref _count)}", flags);
        Directory.CreateDirectory(daemon.Root);
        if (ownPlugins)
        {
            Directory.CreateDirectory(daemon.Plugins);
            Directory.CreateDirectory("/run/docker/plugins");
        }

        await File.WriteAllTextAsync(daemon.ConfigFile, "{}");
        (await Shell.RunAsync(["ip", "netns", "add", daemon.Name])).Ok();
        (await Shell.RunAsync(["ip", "-n", daemon.Name, "link", "set", "lo", "up"])).Ok();
        try
        {
            await daemon.LaunchAsync();
            (await daemon.DockerAsync("import", "-c", "CMD [\"sh\"]", Programs.BaseImage, "busybox:latest")).Ok();
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }

        return daemon;
    }

    /// <summary>Starts <c>cortend</c> again over the same roots, after <see cref="KillAsync"/> or <see cref="StopAsync"/>.</summary>
    public async Task LaunchAsync()
    {
        // sh opens the log and becomes cortend, so that the process id is the daemon's. Not `ip netns exec`: it hides the cgroup file systems.
        var plugins = Directory.Exists(Plugins)
            ? $"unshare --mount --propagation slave sh -c 'mount --bind {Plugins} /run/docker/plugins && exec \"$0\" \"$@\"' "
            : "";
        // Signals are ignored, as under nohup and in the background of a script: it must listen all the same.
        var command = $"trap '' HUP INT TERM; exec nsenter --net=/run/netns/{Name} {plugins}{Programs.Daemon} --data-root {DataRoot} --exec-root {ExecRoot} -H unix://{Socket} "
            + $"--config-file {ConfigFile} --pidfile {Root}/cortend.pid {string.Join(' ', _flags)} >>{Root}/cortend.log 2>&1";
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardInput = true })!;
        _process.StandardInput.Close();
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (!await AnswersAsync())
        {
            Assert.False(_process.HasExited, $"cortend ended with {(_process.HasExited ? _process.ExitCode : 0)}\n{Log}");
            Assert.True(DateTime.UtcNow < deadline, $"cortend does not answer\n{Log}");
            await Task.Delay(20);
        }
    }

    /// <summary>SIGKILL: what the containers must survive.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the end of the process.</summary>
    public async Task<int> StopAsync()
    {
        (await Shell.RunAsync(["kill", "-TERM", _process!.Id.ToString()])).Ok();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>The stock docker client.</summary>
    public Task<Outcome> DockerAsync(params string[] arguments) => DockerAsync(arguments, null);

    public Task<Outcome> DockerAsync(string[] arguments, byte[]? input) => Shell.RunAsync([Programs.Docker, .. arguments], ClientEnvironment, input, Root);

    /// <summary>Corten's own client.</summary>
    public Task<Outcome> CortenAsync(params string[] arguments) => CortenAsync(arguments, null);

    public Task<Outcome> CortenAsync(string[] arguments, byte[]? input) => Shell.RunAsync([Programs.Corten, .. arguments], ClientEnvironment, input, Root);

    /// <summary>A shell script whose <c>docker</c> is the stock client, run in the daemon's network namespace.</summary>
    public Task<Outcome> ScriptAsync(string script, byte[]? input = null) =>
        Shell.RunAsync(["nsenter", $"--net=/run/netns/{Name}", "/bin/sh", "-c", script], ClientEnvironment, input, Root);

    private Dictionary<string, string> ClientEnvironment => new()
    {
        ["DOCKER_HOST"] = "unix://" + Socket,
        ["DOCKER_CONFIG"] = Programs.DockerConfig(Root),
        ["PATH"] = $"{Path.GetDirectoryName(Programs.Docker)}:{System.Environment.GetEnvironmentVariable("PATH")}",
        ["HOME"] = Root,
    };

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: true })
        {
            await LaunchAsync();
        }

        if (_process is not null)
        {
            await ScriptAsync("docker ps -aq | xargs -r docker rm -fv >/dev/null; docker network prune -f >/dev/null");
            await StopAsync();
            _process.Dispose();
        }

        await Shell.RunAsync(["ip", "netns", "del", Name]);
        foreach (var mount in File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4]).Where(m => m.StartsWith(Root + "/", StringComparison.Ordinal)).Reverse().ToList())
        {
            await Shell.RunAsync(["umount", "-l", mount]);
        }

        await Shell.RunAsync(["rm", "-rf", Root]);
    }
}
