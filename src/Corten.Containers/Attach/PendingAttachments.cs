using Corten.Supervision.Monitor;
using Microsoft.Win32.SafeHandles;

namespace Corten.Containers.Attach;

/// <summary>The streams of a client that attached to a container that does not run yet, and the socket's end that the monitor will get.</summary>
internal sealed record PendingAttachment(AttachStreams Streams, SafeFileHandle MonitorEnd);

/// <summary>Attachments that wait for the start. When it comes they go with it, so that no byte of early output is missed.</summary>
internal sealed class PendingAttachments
{
    private readonly Lock _lock = new();
    private List<PendingAttachment> _waiting = [];

    public void Add(PendingAttachment attachment)
    {
        lock (_lock)
        {
            _waiting.Add(attachment);
        }
    }

    /// <summary>Hands all of them out; the caller disposes the handles.</summary>
    public IReadOnlyList<PendingAttachment> TakeAll()
    {
        lock (_lock)
        {
            var all = _waiting;
            _waiting = [];
            return all;
        }
    }

    /// <summary>A client that went away before the start.</summary>
    public void Withdraw(PendingAttachment attachment)
    {
        lock (_lock)
        {
            if (_waiting.Remove(attachment))
            {
                attachment.MonitorEnd.Dispose();
            }
        }
    }
}
