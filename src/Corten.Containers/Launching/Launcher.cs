using System.Runtime.InteropServices;
using Corten.Linux;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Corten.Supervision;
using Corten.Supervision.Launcher;

namespace Corten.Containers.Launching;

/// <summary>
/// The process that makes containers for the daemon (it never forks itself): <c>corten-runtime launcher</c>, with our socket as its descriptor 3. It
/// is started with the daemon and once more whenever it is found dead, and ends when we do; the containers that it started do not.
/// </summary>
public sealed class Launcher : IDisposable
{
    private readonly string _program;
    private readonly string _lockPath;
    private readonly Lock _lock = new();
    private SeqpacketSocket? _socket;
    private StartLock? _starts;
    private bool _disposed;

    /// <param name="program">The runtime.</param>
    /// <param name="lockPath">A file under the exec root, for <see cref="AwaitEarlierStarts"/>.</param>
    public Launcher(string program, string lockPath) => (_program, _lockPath) = (program, lockPath);

    /// <summary>Its pid; 0 before the start.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Waits for what the launcher of a killed daemon was still asked for: after this, whatever it started is found by its monitor's socket.</summary>
    /// <param name="warn">Told when a start does not end.</param>
    public void AwaitEarlierStarts(Action<string> warn) => _starts ??= StartLock.Take(_lockPath, warn);

    public void Start()
    {
        lock (_lock)
        {
            _socket ??= Spawned();
        }
    }

    /// <summary>Asks for a start: of the descriptors of the request, without the second, which is ours to add. They stay the caller's.</summary>
    /// <param name="request">What to start.</param>
    /// <param name="control">Where the answers come.</param>
    /// <param name="attachments">The stream sockets.</param>
    public void Send(StartContainer request, SafeHandle control, params ReadOnlySpan<SafeHandle> attachments)
    {
        var starts = _starts ?? throw new InvalidOperationException($"{nameof(AwaitEarlierStarts)} comes first");
        Send(request, [control, starts.Handle, .. attachments]);
    }

    /// <summary>Asks for a further process; the descriptors stay the caller's. Answers come on the first of them.</summary>
    public void Send(ExecProcess request, params ReadOnlySpan<SafeHandle> descriptors) => Send((LaunchRequest)request, descriptors);

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _socket?.Dispose();
            _socket = null;
            _starts?.Dispose();
        }
    }

    private void Send(LaunchRequest request, ReadOnlySpan<SafeHandle> descriptors)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _socket ??= Spawned();
            try
            {
                _socket.Send(request, SupervisionJson.Default.LaunchRequest, descriptors);
            }
            catch (LinuxException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET or Errno.ENOTCONN)
            {
                // Killed by somebody: a new one serves as well, since it holds no state.
                _socket.Dispose();
                _socket = Spawned();
                _socket.Send(request, SupervisionJson.Default.LaunchRequest, descriptors);
            }
        }
    }

    private SeqpacketSocket Spawned()
    {
        var (ours, theirs) = SeqpacketSocket.CreatePair();
        try
        {
            ProcessId = Spawn.Start(_program, [_program, "launcher"], Environment, [null, null, null, theirs.Handle], newSession: true);
            return ours;
        }
        catch
        {
            ours.Dispose();
            throw;
        }
        finally
        {
            theirs.Dispose();
        }
    }

    /// <summary>Small budgets for the collector: the launcher is forked once a container, and each monitor keeps what it touches.</summary>
    private static IReadOnlyList<string> Environment =>
    [
        "PATH=" + System.Environment.GetEnvironmentVariable("PATH"),
        "DOTNET_GCGen0MaxBudget=40000",
    ];
}
