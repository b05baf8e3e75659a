using Corten.Oci.Errors;

namespace Corten.Build.BuildKit.Sessions;

/// <summary>The sessions that are open. A build may ask for one before it is there.</summary>
public sealed class SessionRegistry
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, BuildSession> _open = [];
    private readonly Dictionary<string, Awaited> _awaited = [];

    /// <summary>Announces a session; dispose of the result when it ends. A later one of the same name takes its place.</summary>
    public IDisposable Open(BuildSession session)
    {
        lock (_open)
        {
            _open[session.Id] = session;
            if (_awaited.Remove(session.Id, out var awaited))
            {
                awaited.Found.SetResult(session);
            }
        }

        return new Closing(() => Close(session));
    }

    public async Task<BuildSession> GetAsync(string id, CancellationToken cancellation)
    {
        Awaited? awaited;
        lock (_open)
        {
            if (_open.TryGetValue(id, out var session))
            {
                return session;
            }

            if (!_awaited.TryGetValue(id, out awaited))
            {
                _awaited[id] = awaited = new Awaited();
            }

            awaited.Waiting++;
        }

        try
        {
            return await awaited.Found.Task.WaitAsync(Patience, cancellation);
        }
        catch (TimeoutException)
        {
            throw CortenException.Invalid($"no active session for {id}: context deadline exceeded");
        }
        finally
        {
            lock (_open)
            {
                if (--awaited.Waiting == 0 && _awaited.GetValueOrDefault(id) == awaited)
                {
                    _awaited.Remove(id);
                }
            }
        }
    }

    private void Close(BuildSession session)
    {
        lock (_open)
        {
            if (_open.GetValueOrDefault(session.Id) == session)
            {
                _open.Remove(session.Id);
            }
        }
    }

    /// <summary>A session that builds wait for.</summary>
    private sealed class Awaited
    {
        public TaskCompletionSource<BuildSession> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiting { get; set; }
    }

    private sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
