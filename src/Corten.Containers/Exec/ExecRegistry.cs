using System.Collections.Concurrent;
using Corten.Containers.Model;
using Corten.Oci.Errors;

namespace Corten.Containers.Exec;

/// <summary>The exec sessions that can be asked about. Those that ended a while ago are forgotten when a new one comes.</summary>
internal sealed class ExecRegistry
{
    /// <summary>A client asks for the exit code right after the end; this is patience enough.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, ExecSession> _sessions = new(StringComparer.Ordinal);

    public void Add(ExecSession session)
    {
        var oldest = DateTimeOffset.UtcNow - Remembered;
        foreach (var (id, known) in _sessions)
        {
            if (known.EndedAt < oldest || known.Container.IsGone)
            {
                _sessions.TryRemove(id, out _);
            }
        }

        _sessions[session.Id] = session;
    }

    public ExecSession Find(string id) =>
        _sessions.TryGetValue(id, out var session) && !session.Container.IsGone ? session : throw CortenException.NotFound($"No such exec instance: {id}");

    /// <summary>Of a container, those that have not ended; null if there is none, as inspect shows it.</summary>
    public IReadOnlyList<string>? LiveIds(Container container)
    {
        var ids = _sessions.Values.Where(session => session.Container == container && session.EndedAt is null).Select(session => session.Id).ToList();
        return ids.Count > 0 ? ids : null;
    }
}
