using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Corten.Linux.Interop;

namespace Corten.Linux.Events;

/// <summary>
/// One thread on one epoll, for descriptors that .NET's own sockets can't wait for: pidfds, SOCK_SEQPACKET sockets with descriptors, eventfds, inotify.
/// A wait is for one readiness; a hundred thousand may be open at once. Completions run on the pool.
/// </summary>
public sealed class EventLoop : IDisposable
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource> _waits = new();
    private readonly int _epoll;
    private readonly int _wake;
    private readonly Thread _thread;
    private long _next;
    private volatile bool _stopping;

    public EventLoop()
    {
        _epoll = Epoll.epoll_create1(Epoll.EPOLL_CLOEXEC);
        if (_epoll < 0) LinuxException.ThrowLast("epoll_create1");
        _wake = Descriptors.eventfd(0, Descriptors.O_CLOEXEC);
        if (_wake < 0) LinuxException.ThrowLast("eventfd");
        Control(Epoll.EPOLL_CTL_ADD, _wake, Epoll.EPOLLIN, 0);
        _thread = new Thread(Run, 128 << 10) { IsBackground = true, Name = "events" };
        _thread.Start();
    }

    /// <summary>Completes when <paramref name="handle"/> can be read, has ended or has failed (for a pidfd: the process ended).</summary>
    /// <param name="handle">Kept open until the task completes. It may be waited for by one caller at a time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async Task WhenReadableAsync(SafeHandle handle, CancellationToken cancellation = default)
    {
        bool held = false;
        long id = Interlocked.Increment(ref _next);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            handle.DangerousAddRef(ref held);
            int fd = (int)handle.DangerousGetHandle();
            _waits[id] = ready;
            Control(Epoll.EPOLL_CTL_ADD, fd, Epoll.EPOLLIN | Epoll.EPOLLRDHUP | Epoll.EPOLLONESHOT, id);
            try
            {
                await using (cancellation.UnsafeRegister(static (source, token) => ((TaskCompletionSource)source!).TrySetCanceled(token), ready))
                {
                    await ready.Task.ConfigureAwait(false);
                }
            }
            finally
            {
                Control(Epoll.EPOLL_CTL_DEL, fd, 0, 0);
            }
        }
        finally
        {
            _waits.TryRemove(id, out _);
            if (held) handle.DangerousRelease();
        }
    }

    public unsafe void Dispose()
    {
        _stopping = true;
        ulong one = 1;
        Descriptors.write(_wake, (byte*)&one, sizeof(ulong));
        _thread.Join();
        foreach (TaskCompletionSource wait in _waits.Values) wait.TrySetCanceled();
        Descriptors.close(_wake);
        Descriptors.close(_epoll);
    }

    private unsafe void Control(int operation, int fd, uint events, long data)
    {
        byte* change = stackalloc byte[16];
        Epoll.Write(change, events, data);
        if (Epoll.epoll_ctl(_epoll, operation, fd, change) < 0 && !_stopping) LinuxException.ThrowLast("epoll_ctl");
    }

    private unsafe void Run()
    {
        const int batch = 64;
        byte* events = stackalloc byte[batch * 16];
        while (!_stopping)
        {
            int count = Epoll.epoll_wait(_epoll, events, batch, -1);
            for (int i = 0; i < count; i++)
            {
                if (_waits.TryGetValue(Epoll.Data(events + i * Epoll.EventSize), out TaskCompletionSource? wait)) wait.TrySetResult();
            }
        }
    }
}
