using System.Runtime.InteropServices;
using Corten.Daemon.Diagnostics;
using Corten.Daemon.Listening;

namespace Corten.Daemon;

/// <summary>cortend: the daemon.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var log = new Log(Console.Error);
        List<ListenAddress> hosts = [];
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            hosts.Add(ListenAddress.Parse(args[i + 1], tls: false));
        }

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => { s.Cancel = true; stop.TrySetResult(); });
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, s => { s.Cancel = true; stop.TrySetResult(); });
        await using var composition = new Composition(hosts, log);
        await composition.StartAsync(CancellationToken.None);
        log.Info("Daemon has completed initialization");
        await stop.Task;
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await composition.StopAsync(grace.Token);
        return 0;
    }
}
