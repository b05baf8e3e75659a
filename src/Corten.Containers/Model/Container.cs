using Corten.Containers.Attach;
using Corten.Containers.Health;
using Corten.Containers.Launching;

namespace Corten.Containers.Model;

/// <summary>
/// A container that the daemon knows. <see cref="Gate"/> is held by whatever moves it from one phase to another; everybody else reads
/// <see cref="Status"/>, which is replaced as a whole.
/// </summary>
public sealed class Container
{
    private readonly Lock _lock = new();
    private List<StatusWait>? _waits;
    private volatile ContainerRecord _record;
    private volatile ContainerStatus _status;

    internal Container(string name, ContainerRecord record, ContainerStatus status) => (Name, _record, _status) = (name, record, status);

    public string Id => _record.Id;

    /// <summary>Without the slash that the API shows.</summary>
    public string Name { get; internal set; }

    public ContainerRecord Record
    {
        get => _record;
        internal set => _record = value;
    }

    public ContainerStatus Status => _status;

    /// <summary>Clients that attached before the start; handed over with it.</summary>
    internal PendingAttachments Attachments { get; } = new();

    /// <summary>One phase change at a time.</summary>
    internal SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The start that is going on; null while none is.</summary>
    internal Run? Run { get; set; }

    internal HealthMonitor? Health { get; set; }

    /// <summary>Ends the wait before a restart; null while there is none.</summary>
    internal CancellationTokenSource? RestartDelay { get; set; }

    /// <summary>How long the last wait before a restart was.</summary>
    internal TimeSpan LastRestartDelay { get; set; }

    /// <summary>The daemon no longer knows it.</summary>
    internal bool IsGone { get; private set; }

    /// <summary>Moves to another status and wakes who waits for it.</summary>
    internal void Become(ContainerStatus status)
    {
        lock (_lock)
        {
            _status = status;
            Wake(status, gone: false);
        }
    }

    /// <summary>It was removed: every wait ends.</summary>
    internal void Disappear()
    {
        lock (_lock)
        {
            IsGone = true;
            Wake(_status, gone: true);
        }
    }

    /// <summary>Completes with the status at which <paramref name="until"/> first holds, from the next change on.</summary>
    internal Task<ContainerStatus> NextAsync(Func<ContainerStatus, bool> until, bool untilGone, CancellationToken cancellationToken)
    {
        var wait = new StatusWait(until, untilGone);
        lock (_lock)
        {
            if (IsGone)
            {
                return Task.FromResult(_status);
            }

            (_waits ??= []).Add(wait);
        }

        return wait.CompleteAsync(this, cancellationToken);
    }

    private void Forget(StatusWait wait)
    {
        lock (_lock)
        {
            _waits?.Remove(wait);
        }
    }

    private void Wake(ContainerStatus status, bool gone)
    {
        for (var i = (_waits?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (gone || (!_waits![i].UntilGone && _waits[i].Until(status)))
            {
                _waits![i].Done.TrySetResult(status);
                _waits.RemoveAt(i);
            }
        }
    }

    private sealed record StatusWait(Func<ContainerStatus, bool> Until, bool UntilGone)
    {
        public TaskCompletionSource<ContainerStatus> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<ContainerStatus> CompleteAsync(Container container, CancellationToken cancellationToken)
        {
            try
            {
                return await Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                container.Forget(this);
            }
        }
    }
}
