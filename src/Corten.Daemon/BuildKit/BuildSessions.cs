using System.Collections.Concurrent;
using Corten.Oci.Errors;

namespace Corten.Daemon.BuildKit;

/// <summary>The sessions that are open now, by their ids.</summary>
internal sealed class BuildSessions
{
    /// <summary>A build may be asked for a moment before its session is there: clients open both at once.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<BuildSession>> _sessions = [];

    /// <summary>The session of that id, waited for if it is not there yet.</summary>
    /// <exception cref="CortenException">It does not come.</exception>
    public async Task<BuildSession> FindAsync(string id, CancellationToken cancellationToken)
    {
        var waiting = Slot(id);
        try
        {
            return await waiting.Task.WaitAsync(_patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            _sessions.TryRemove(new(id, waiting));
            throw CortenException.NotFound($"no active session for {id}: context deadline exceeded");
        }
    }

    /// <summary>Makes a session known for as long as the result is not disposed.</summary>
    /// <exception cref="CortenException">There is one of that id.</exception>
    public IDisposable Add(BuildSession session)
    {
        var slot = Slot(session.Id);
        return slot.TrySetResult(session)
            ? new Registration(this, session.Id, slot)
            : throw CortenException.Conflict($"session {session.Id} already exists");
    }

    private TaskCompletionSource<BuildSession> Slot(string id) =>
        _sessions.GetOrAdd(id, static _ => new TaskCompletionSource<BuildSession>(TaskCreationOptions.RunContinuationsAsynchronously));

    private sealed class Registration(BuildSessions owner, string id, TaskCompletionSource<BuildSession> slot) : IDisposable
    {
        public void Dispose() => owner._sessions.TryRemove(new(id, slot));
    }
}
