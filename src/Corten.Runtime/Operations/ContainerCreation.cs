using System.Globalization;
using Corten.Linux;
using Corten.Linux.Namespaces;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;
using Corten.Runtime.Cli;
using Corten.Runtime.Creation;
using Corten.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Operations;

/// <summary>What <c>create</c> and <c>run</c> were asked for.</summary>
internal sealed record CreationOptions
{
    public required string Id { get; init; }

    public required string Bundle { get; init; }

    public string? ConsoleSocket { get; init; }

    public string? PidfdSocket { get; init; }

    public string? PidFile { get; init; }

    public bool NoPivot { get; init; }

    public bool NoNewKeyring { get; init; }

    public int PreserveDescriptors { get; init; }

    /// <summary>Init's parent stays, so that a terminal can be served without a console socket.</summary>
    public bool Attached { get; init; }

    public static CreationOptions From(OptionSet options, bool attached) => new()
    {
        Id = options.RequireId(),
        Bundle = Path.GetFullPath(options.Value("bundle") ?? "."),
        ConsoleSocket = options.Value("console-socket"),
        PidfdSocket = options.Value("pidfd-socket"),
        PidFile = options.Value("pid-file"),
        NoPivot = options.Flag("no-pivot"),
        NoNewKeyring = options.Flag("no-new-keyring"),
        PreserveDescriptors = (int)(options.Number("preserve-fds") ?? 0) + Listening(),
        Attached = attached,
    };

    /// <summary>sd_listen_fds(3): sockets that our own caller opened for the program.</summary>
    private static int Listening() => int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), CultureInfo.InvariantCulture, out int count) ? count : 0;
}

/// <summary>Making a container for a command line: in the state folder from the first moment, and nowhere after a failure.</summary>
internal sealed class ContainerCreation(RuntimeContext context, CreationOptions options)
{
    /// <param name="gated">Init waits for <c>start</c>; otherwise its program runs at once.</param>
    /// <exception cref="StepException">With everything undone.</exception>
    public (MadeContainer Made, RuntimeState State, RuntimeSpec Spec) Create(bool gated)
    {
        byte[] config = BundleFile.ReadBytes(BundleFile.PathIn(options.Bundle));
        RuntimeSpec spec = WithListeners(BundleFile.Parse(config));
        CheckTerminal(spec);
        using ContainerPlan plan = ContainerPlan.Build(
            new ContainerRequest
            {
                Id = options.Id,
                Bundle = options.Bundle,
                Spec = spec,
                NoPivot = options.NoPivot,
                NewKeyring = !options.NoNewKeyring,
                PreserveDescriptors = options.PreserveDescriptors,
            },
            context.Cgroups);
        foreach (string name in plan.Process?.UnknownCapabilities ?? []) context.Log.Warn($"ignoring unknown or unavailable capability: {name}");
        string folder = context.Store.Create(options.Id);
        try
        {
            using StartGate? gate = gated ? StartGate.Create(folder) : null;
            RuntimeState? state = null;
            var maker = new ContainerMaker(plan, Stdio.Inherited, gate) { InitKnown = pid => state = Record(plan, pid, config, folder) };
            MadeContainer made = maker.Make();
            return (Deliver(made), state!, spec);
        }
        catch (Exception e)
        {
            context.Store.Delete(options.Id);
            string prefix = gated ? "create" : "run";
            throw new StepException("create", (e as StepException)?.Errno ?? Errno.None, $"{prefix} failed: unable to start container process: error during container init: {e.Message}", e);
        }
    }

    private RuntimeState Record(ContainerPlan plan, int pid, byte[] config, string folder)
    {
        string copy = BundleFile.PathIn(folder);
        File.WriteAllBytes(copy, config);
        var state = new RuntimeState
        {
            Id = options.Id,
            Pid = pid,
            StartTime = ProcessStat.Read(pid)?.StartTime ?? 0,
            Created = DateTimeOffset.UtcNow,
            Bundle = options.Bundle,
            RootPath = plan.RootPath,
            ConfigPath = copy,
            CgroupPath = plan.Cgroup.Path,
            OwnPidNamespace = plan.Namespaces.Makes(NamespaceKind.Pid),
            Owner = Environment.UserName,
        };
        context.Store.Save(state);
        return state;
    }

    /// <summary>Hands out what the caller wants of the new process. When that fails, there is no container.</summary>
    private MadeContainer Deliver(MadeContainer made)
    {
        try
        {
            ProcessHandover.Deliver(made.Pid, made.Pidfd, made.Console, options.ConsoleSocket, options.PidfdSocket, options.PidFile);
            return made;
        }
        catch
        {
            Pidfd.Signal(made.Pidfd, SignalNumbers.Kill);
            Child.Wait(made.Pidfd);
            throw;
        }
    }

    private void CheckTerminal(RuntimeSpec spec)
    {
        bool terminal = spec.Process?.Terminal == true;
        if (terminal && !options.Attached && options.ConsoleSocket is null) throw CortenException.Invalid("cannot allocate tty without a console socket when the runtime does not stay");
        if (!terminal && options.ConsoleSocket is not null) throw CortenException.Invalid("cannot use console socket if the container will not have a terminal");
    }

    private static RuntimeSpec WithListeners(RuntimeSpec spec)
    {
        if (Environment.GetEnvironmentVariable("LISTEN_FDS") is not { Length: > 0 } count || spec.Process is not { } process) return spec;
        return spec with { Process = process with { Env = [.. process.Env ?? [], $"LISTEN_FDS={count}", "LISTEN_PID=1"] } };
    }
}

/// <summary>The sockets and the file by which a caller gets hold of a process that the runtime started.</summary>
internal static class ProcessHandover
{
    public static void Deliver(int pid, SafeFileHandle pidfd, SafeFileHandle? console, string? consoleSocket, string? pidfdSocket, string? pidFile)
    {
        if (console is not null && consoleSocket is not null) Send(consoleSocket, "/dev/ptmx"u8, console);
        if (pidfdSocket is not null) Send(pidfdSocket, "pidfd"u8, pidfd);
        if (pidFile is null) return;
        string beside = $"{Path.GetDirectoryName(Path.GetFullPath(pidFile))}/.{Path.GetFileName(pidFile)}";
        File.WriteAllText(beside, pid.ToString(CultureInfo.InvariantCulture));
        File.Move(beside, pidFile, overwrite: true);
    }

    private static void Send(string path, ReadOnlySpan<byte> name, SafeFileHandle descriptor)
    {
        using StreamSocket socket = StreamSocket.Connect(path);
        socket.Send(name, descriptor);
    }
}
