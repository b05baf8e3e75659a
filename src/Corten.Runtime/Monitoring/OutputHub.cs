using Corten.Runtime.Logs;

namespace Corten.Runtime.Monitoring;

/// <summary>Where the container's output goes: into its log, and to every attached client.</summary>
internal sealed class OutputHub(IContainerLog log)
{
    private readonly List<AttachedClient> _clients = [];

    /// <summary>The log or a client is so far behind that reading on would only pile up: the container waits, as it would at a full pipe.</summary>
    public bool IsBlocked => log.IsBlocked || _clients.Exists(static client => client.IsFull);

    public bool HasPending => _clients.Exists(static client => client.HasPending);

    public IReadOnlyList<AttachedClient> Clients => _clients;

    public void Add(AttachedClient client) => _clients.Add(client);

    public void Remove(AttachedClient client) => _clients.Remove(client);

    /// <param name="stream">Whose bytes they are.</param>
    /// <param name="framed">Eight bytes of room for a frame's head, then the output.</param>
    public void Write(OutputStream stream, Span<byte> framed)
    {
        log.Write(stream, framed[AttachedClient.HeaderSize..]);
        for (int i = _clients.Count - 1; i >= 0; i--) _clients[i].Write(stream, framed);
    }

    /// <summary>The stream ended: what stands without a newline is a line too.</summary>
    public void End(OutputStream stream) => log.End(stream);
}

/// <summary>As the Engine API's frames number them.</summary>
internal enum OutputStream : byte
{
    Stdout = 1,
    Stderr = 2,
}
