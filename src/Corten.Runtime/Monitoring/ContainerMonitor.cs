using Corten.Linux;
using Corten.Linux.Mounts;
using Corten.Linux.Namespaces;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Corten.Runtime.Creation;
using Corten.Runtime.Hooks;
using Corten.Runtime.Logs;
using Corten.Runtime.State;
using Corten.Supervision.Launcher;
using Corten.Supervision.Monitor;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Monitoring;

/// <summary>
/// A container's parent: makes it, owns its streams, writes its log, serves those who attach, and has its exit on disk before it tells anyone. It belongs
/// to no daemon: one may die and another come, by way of <c>monitor.sock</c>. One thread, forked from the launcher.
/// </summary>
internal sealed class ContainerMonitor
{
    /// <summary>Output of one read, behind the room for a frame's head.</summary>
    private const int BufferSize = 32 << 10;

    /// <summary>How long output may be silent after init has ended, while somebody outside the container still holds its pipes open.</summary>
    private const int SilenceAfterExit = 2_000;

    /// <summary>How long a client that does not read is waited for after the end.</summary>
    private const int ClientPatience = 10_000;

    private readonly StartContainer _request;
    private readonly ContainerPlan _plan;
    private readonly StateStore _store;
    private readonly MonitorLoop _loop = new();
    private readonly byte[] _buffer = new byte[AttachedClient.HeaderSize + BufferSize];
    private readonly List<OutputSource> _outputs = [];
    private readonly DaemonLinks _daemons;
    private IContainerLog _log = new NoLog();
    private OutputHub _hub;
    private ContainerInput? _input;
    private SafeFileHandle? _console;
    private readonly ExternalRuntime? _external;

    public ContainerMonitor(StartContainer request, ContainerPlan plan, StateStore store)
    {
        _request = request;
        _plan = plan;
        _store = store;
        _external = request.ExternalRuntime is { Count: > 0 } command ? new ExternalRuntime(command, request.RuntimeRoot, request.Id, request.Bundle, request.MonitorDirectory) : null;
        _hub = new OutputHub(_log);
        _daemons = new DaemonLinks(_loop, Attach, Resize);
    }

    private bool HasTerminal => _plan.Process?.Spec.Terminal == true;

    /// <summary>All of the monitor's life.</summary>
    /// <param name="control">The daemon that asked.</param>
    /// <param name="starting">Closed as soon as another daemon can find this monitor.</param>
    /// <param name="attachments">Stream sockets, as many as the request names.</param>
    public void Run(SeqpacketSocket control, SafeFileHandle starting, IReadOnlyList<SafeFileHandle> attachments)
    {
        MonitorDiary.Open(_request.MonitorDirectory);
        _daemons.Add(control);
        MadeContainer? made = null;
        string? claimed = null;
        try
        {
            _log = ContainerLogs.Open(_request.Log, _request.Id, path => _daemons.Tell(new LogRotated { Path = path }), _loop.Add);
            _hub = new OutputHub(_log);
            if (_external is null) claimed = _store.Create(_request.Id);
            made = Make();
            starting.Dispose();
            foreach (var (socket, streams) in attachments.Zip(_request.Attachments)) AddClient(socket, streams);
            RunPoststart(made);
        }
        catch (Exception e)
        {
            if (made is not null) Discard(made);
            else _external?.Delete();
            if (claimed is not null) _store.Delete(_request.Id);
            _log.Dispose();
            _daemons.Tell(new StartFailed { Error = StepException.From("start", e).ToError() });
            return;
        }
        Watch(made);
    }

    private MadeContainer Make()
    {
        using StreamPair streams = StreamPair.Create(HasTerminal, _request.OpenStdin);
        MadeContainer made = _external is null
            ? new ContainerMaker(_plan, streams.ContainerSide, gate: null) { InitKnown = Record }.Make()
            : MakeByOther(_external, streams.ContainerSide);
        // A namespace that is held open does not go when the daemon lets go of it.
        _plan.Dispose();
        _console = made.Console;
        ConnectStreams(streams);
        _daemons.Listen(Path.Combine(_request.MonitorDirectory, "monitor.sock"));
        return made;
    }

    private MadeContainer MakeByOther(ExternalRuntime runtime, Stdio stdio)
    {
        MountRoot();
        MadeContainer made = runtime.Create(stdio, HasTerminal);
        Announce(made.Pid);
        runtime.Start();
        return made;
    }

    /// <summary>
    /// Another runtime finds its root ready. The overlay is mounted in a mount namespace of the monitor's, so that it is not the host's to see, and goes with us.
    /// </summary>
    private void MountRoot()
    {
        if (_plan.Overlay is not { } overlay) return;
        Namespace.Unshare(NamespaceKind.Mount);
        MountCalls.SetPropagation("/", MountCalls.Slave | MountCalls.Recursive);
        OverlayMount.Mount(_plan.RootPath, overlay.Lower, overlay.Upper, overlay.Work);
    }

    private ulong Announce(int pid)
    {
        ulong startTime = ProcessStat.Read(pid)?.StartTime ?? 0;
        _daemons.Started = new Started { Pid = pid, StartTime = startTime, MonitorPid = Environment.ProcessId, At = DateTimeOffset.UtcNow };
        return startTime;
    }

    /// <summary>While init builds its file system there is time to write down that it exists.</summary>
    private void Record(int pid)
    {
        ulong startTime = Announce(pid);
        _store.Save(new RuntimeState
        {
            Id = _request.Id,
            Pid = pid,
            StartTime = startTime,
            Created = DateTimeOffset.UtcNow,
            Bundle = _plan.Bundle,
            RootPath = _plan.RootPath,
            ConfigPath = Path.Combine(_plan.Bundle, "config.json"),
            CgroupPath = _plan.Cgroup.Path,
            OwnPidNamespace = _plan.Namespaces.Makes(NamespaceKind.Pid),
            Owner = "root",
        });
    }

    private void ConnectStreams(StreamPair streams)
    {
        if (_console is { } master)
        {
            Descriptor.SetNonBlocking(master.Number(), true);
            if (_request.OpenStdin) _input = new ContainerInput(master, _request.StdinOnce, terminal: true);
            _outputs.Add(new OutputSource(master, OutputStream.Stdout, _hub, _buffer));
        }
        else
        {
            if (streams.TakeInput() is { } stdin) _input = new ContainerInput(stdin, _request.StdinOnce, terminal: false);
            _outputs.Add(new OutputSource(streams.TakeOutput(), OutputStream.Stdout, _hub, _buffer));
            _outputs.Add(new OutputSource(streams.TakeError(), OutputStream.Stderr, _hub, _buffer));
        }
        foreach (OutputSource output in _outputs) _loop.Add(output);
        if (_input is not null) _loop.Add(_input);
    }

    private void RunPoststart(MadeContainer made)
    {
        if (_external is null && _plan.Spec.Hooks?.Poststart is { Count: > 0 } hooks) HookRunner.Run(hooks, "poststart", HookState.Json(_plan, "running", made.Pid));
        _daemons.Tell(_daemons.Started! with { At = DateTimeOffset.UtcNow });
    }

    private void Watch(MadeContainer made)
    {
        using OomWatch? oom = OomWatch.TryStart(_plan.Cgroup, () => _daemons.Tell(new OutOfMemory()));
        if (oom is not null) _loop.Add(oom);
        var exit = new ExitSource(made.Pidfd);
        _loop.Add(exit);
        _loop.Run(() => exit.HasEnded);
        ExitStatus status = Child.Wait(made.Pidfd)!.Value;
        if (!_plan.Namespaces.Makes(NamespaceKind.Pid)) _plan.Cgroup.Kill();
        oom?.CheckAtEnd();
        _loop.Run(() => _outputs.TrueForAll(output => output.Ended), SilenceAfterExit);
        foreach (OutputStream stream in (ReadOnlySpan<OutputStream>)[OutputStream.Stdout, OutputStream.Stderr]) _hub.End(stream);
        _log.Dispose();
        Finish(new Exited { Code = status.Code, OomKilled = oom?.Killed == true, At = DateTimeOffset.UtcNow });
    }

    private void Finish(Exited exited)
    {
        _external?.Delete();
        if (!_plan.Cgroup.Delete()) MonitorDiary.Write($"cgroup {_plan.Cgroup.Path} could not be removed");
        RunPoststop();
        if (_external is null) _store.Delete(_request.Id);
        ExitRecord.Write(_request.MonitorDirectory, exited);
        _daemons.Exited = exited;
        _daemons.Tell(exited);
        _daemons.StopListening();
        foreach (AttachedClient client in _hub.Clients.ToArray()) client.Finish();
        if (_hub.HasPending) _loop.Run(() => !_hub.HasPending, ClientPatience);
    }

    private void Discard(MadeContainer made)
    {
        Pidfd.Signal(made.Pidfd, SignalNumbers.Kill);
        Child.Wait(made.Pidfd);
        _plan.Cgroup.Kill();
        _plan.Cgroup.Delete();
        _daemons.StopListening();
        _external?.Delete();
        RunPoststop();
    }

    /// <summary>Hooks are the business of the runtime that made the container.</summary>
    private void RunPoststop()
    {
        if (_external is not null || _plan.Spec.Hooks?.Poststop is not { Count: > 0 } hooks) return;
        HookRunner.RunAll(hooks, "poststop", HookState.Json(_plan, "stopped", 0), MonitorDiary.Write);
    }

    private void Attach(Attach message, SafeFileHandle socket) => AddClient(socket, message.Streams);

    private void AddClient(SafeFileHandle socket, AttachStreams streams)
        => _loop.Add(new AttachedClient(socket, streams, HasTerminal, _input, _hub, _buffer));

    private void Resize(Resize message)
    {
        if (_console is { IsClosed: false } master) Linux.Terminals.PseudoTerminal.Resize(master, message.Height, message.Width);
    }
}
