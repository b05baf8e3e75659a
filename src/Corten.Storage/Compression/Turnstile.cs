namespace Corten.Storage.Compression;

/// <summary>
/// A counting semaphore that never spins: on a busy machine a spinning thread takes the core from the one it waits for. Any number of threads
/// may wait, and one asynchronous caller. <see cref="Stop"/> ends all waiting for good.
/// </summary>
internal sealed class Turnstile(int count)
{
    private readonly object _gate = new();
    private int _count = count;
    private bool _stopped;
    private TaskCompletionSource? _waiter;

    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public void Wait()
    {
        lock (_gate)
        {
            while (_count == 0 && !_stopped)
            {
                Monitor.Wait(_gate);
            }

            Take();
        }
    }

    /// <inheritdoc cref="Wait"/>
    public async ValueTask WaitAsync()
    {
        while (true)
        {
            Task waiting;
            lock (_gate)
            {
                if (_count > 0 || _stopped)
                {
                    Take();
                    return;
                }

                _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting = _waiter.Task;
            }

            await waiting;
        }
    }

    public void Release()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _count++;
            Monitor.Pulse(_gate);
            (waiter, _waiter) = (_waiter, null);
        }

        waiter?.TrySetResult();
    }

    public void Stop()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
            (waiter, _waiter) = (_waiter, null);
        }

        waiter?.TrySetResult();
    }

    private void Take()
    {
        if (_stopped)
        {
            throw new OperationCanceledException();
        }

        _count--;
    }
}
