using System.Runtime.InteropServices;
using Corten.Daemon.Configuration;
using Corten.Daemon.Diagnostics;
using Corten.Daemon.Lifetime;
using Corten.Linux.Processes;
using Corten.Networks.Attendant;
using Corten.Networks.Firewall;
using Corten.Oci.Errors;

namespace Corten.Daemon;

/// <summary>cortend: the daemon.</summary>
internal static class Program
{
    private const int BadUsage = 125;

    /// <summary>Few native objects are made here, and hardly two at once.</summary>
    private const int NativeArenas = 2;

    public static async Task<int> Main(string[] args)
    {
        NativeHeap.LimitArenas(NativeArenas);

        // Before anything else: the daemon starts this program a second time as its network attendant.
        if (args is [AttendantProgram.Verb, var socket])
        {
            return await AttendantProgram.RunAsync(socket);
        }

        if (args is [RuleRemoval.Verb] or [RuleRemoval.Verb, _])
        {
            RuleRemoval.Run(args.ElementAtOrDefault(1));
            return 0;
        }

        DaemonOptions options;
        try
        {
            options = OptionLoader.Load(args);
        }
        catch (CortenException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message}\nSee 'cortend --help'.");
            return BadUsage;
        }

        if (options.ShowHelp || options.ShowVersion || options.Validate)
        {
            await Console.Out.WriteLineAsync(
                options.ShowHelp ? CommandLine.Usage() : options.ShowVersion ? Release.Line : "configuration OK");
            return 0;
        }

        var log = new Log(Console.Error, options.Debug ? LogLevel.Debug : options.LogLevel, options.LogFormat);
        try
        {
            await RunAsync(options, args, log);
            return 0;
        }
        catch (Exception e) when (e is CortenException or IOException or UnauthorizedAccessException)
        {
            log.Error("failed to start daemon: " + e.Message, e);
            return 1;
        }
    }

    private static async Task RunAsync(DaemonOptions options, string[] arguments, Log log)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw CortenException.Forbidden("cortend needs to be started with root privileges");
        }

        using var dataLock = Take(options.DataRoot);
        using var execLock = Take(options.ExecRoot);
        using var pidFile = PidFile.Write(options.PidPath);
        UseProxies(options);

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            log.Info($"Processing signal '{signal.Signal}'");
            stop.TrySetResult();
        }

        using var terminate = On(PosixSignal.SIGTERM, 15, Stop);
        using var interrupt = On(PosixSignal.SIGINT, 2, Stop);
        await using var composition = new Composition(options, log);
        await composition.StartAsync(CancellationToken.None);
        using var hangUp = On(PosixSignal.SIGHUP, 1, signal =>
        {
            signal.Cancel = true;
            composition.Reload(arguments);
        });

        log.Info("Daemon has completed initialization");
        ServiceManager.Ready();
        await stop.Task;
        ServiceManager.Stopping();
        await composition.StopAsync(TimeSpan.FromSeconds(options.ShutdownTimeout));
        log.Info("Daemon shutdown complete");
    }

    /// <summary>
    /// Who starts us under nohup, or in the background of a script, has us ignore a signal; .NET would leave it so, Docker's daemon listens all the same.
    /// </summary>
    private static PosixSignalRegistration On(PosixSignal signal, int number, Action<PosixSignalContext> handler)
    {
        SignalState.Unignore(number);
        return PosixSignalRegistration.Create(signal, handler);
    }

    /// <summary>The registries' client takes its proxies from the environment; the options come before what is there.</summary>
    private static void UseProxies(DaemonOptions options)
    {
        foreach (var (name, value) in ((string, string)[])[
            ("HTTP_PROXY", options.HttpProxy), ("HTTPS_PROXY", options.HttpsProxy), ("NO_PROXY", options.NoProxy)])
        {
            if (value.Length > 0)
            {
                Environment.SetEnvironmentVariable(name, value);
                Environment.SetEnvironmentVariable(name.ToLowerInvariant(), value);
            }
        }
    }

    private static RootLock Take(string root)
    {
        Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return RootLock.Take(root);
    }
}
