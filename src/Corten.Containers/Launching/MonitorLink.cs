using System.Runtime.InteropServices;
using System.Text.Json;
using Corten.Linux;
using Corten.Linux.Events;
using Corten.Linux.Sockets;
using Corten.Supervision;
using Corten.Supervision.Monitor;

namespace Corten.Containers.Launching;

/// <summary>
/// The daemon's end of the conversation with one monitor: what the monitor tells is read from the moment this is made, until the container has
/// ended or the monitor is gone.
/// </summary>
internal sealed class MonitorLink : IDisposable
{
    private readonly SeqpacketSocket _socket;
    private readonly EventLoop _loop;
    private readonly string _exitFile;
    private readonly TaskCompletionSource<Started> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exited> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();

    public MonitorLink(SeqpacketSocket socket, EventLoop loop, string exitFile)
    {
        (_socket, _loop, _exitFile) = (socket, loop, exitFile);
        _ = ListenAsync();
    }

    /// <summary>The program runs; or a <see cref="StartFailedException"/>.</summary>
    public Task<Started> Started => _started.Task;

    /// <summary>The container has ended, and its exit is on disk.</summary>
    public Task<Exited> Ended => _ended.Task;

    /// <summary>The kernel killed a process of the container for want of memory.</summary>
    public event Action? RanOutOfMemory;

    /// <summary>The log was rotated: the file is complete and may be compressed.</summary>
    public event Action<string>? Rotated;

    /// <summary>Connects to a monitor that another daemon started; null when there is none.</summary>
    public static MonitorLink? TryConnect(string socketPath, string exitFile, EventLoop loop)
    {
        try
        {
            return new MonitorLink(SeqpacketSocket.Connect(socketPath), loop, exitFile);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ECONNREFUSED)
        {
            return null;
        }
    }

    /// <summary>What the monitor left on disk when its container ended; null if it has not.</summary>
    public static Exited? ReadExit(string exitFile)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(exitFile), SupervisionJson.Default.MonitorMessage) as Exited;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Tells the monitor something; the descriptor stays the caller's.</summary>
    public void Send(MonitorMessage message, params ReadOnlySpan<SafeHandle> descriptors) =>
        _socket.Send(message, SupervisionJson.Default.MonitorMessage, descriptors);

    public void Dispose()
    {
        _closing.Cancel();
        _socket.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (!_closing.IsCancellationRequested)
            {
                await _loop.WhenReadableAsync(_socket.Handle, _closing.Token).ConfigureAwait(false);
                while (true)
                {
                    var received = _socket.Receive(SupervisionJson.Default.MonitorMessage, wait: false);
                    if (received.Ended)
                    {
                        Lost();
                        return;
                    }

                    if (received.Message is null)
                    {
                        break;
                    }

                    if (Take(received.Message))
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            _started.TrySetCanceled();
            _ended.TrySetCanceled();
        }
        catch (Exception e) when (e is LinuxException or JsonException)
        {
            Lost();
        }
    }

    /// <returns>True when nothing more is to come.</returns>
    private bool Take(MonitorMessage message)
    {
        switch (message)
        {
            case Started started:
                _started.TrySetResult(started);
                return false;
            case StartFailed failed:
                _started.TrySetException(new StartFailedException(failed.Error));
                return true;
            case OutOfMemory:
                RanOutOfMemory?.Invoke();
                return false;
            case LogRotated rotated:
                Rotated?.Invoke(rotated.Path);
                return false;
            case Exited exited:
                _ended.TrySetResult(exited);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The monitor went away. Either it left the exit on disk, or it was killed, and then its container is nobody's child any more.</summary>
    private void Lost()
    {
        var exit = ReadExit(_exitFile);
        _started.TrySetException(new StartFailedException(new Corten.Supervision.Launcher.LaunchError { Step = "monitor", Message = "the container's monitor ended unexpectedly" }));
        _ = _started.Task.Exception;
        _ended.TrySetResult(exit ?? new Exited { Code = MonitorKilled, At = DateTimeOffset.UtcNow });
    }

    /// <summary>128 + SIGKILL: the container is killed with its monitor, as nothing could tell any more how it ends.</summary>
    private const int MonitorKilled = 137;
}
