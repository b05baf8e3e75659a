using Corten.Linux;
using Corten.Linux.Cgroups;

namespace Corten.Runtime.Monitoring;

/// <summary>Learns from the kernel that it killed a process of the container for want of memory.</summary>
internal sealed class OomWatch : IMonitorSource, IDisposable
{
    private readonly OomNotice _notice;
    private readonly Action _told;
    private bool _closed;

    private OomWatch(OomNotice notice, Action told)
    {
        _notice = notice;
        _told = told;
    }

    public bool Killed { get; private set; }

    public int Descriptor => _closed ? -1 : _notice.Handle.Number();

    public PollEvents Wanted => PollEvents.Readable;

    /// <returns>Null when the machine counts no memory by groups.</returns>
    public static OomWatch? TryStart(Cgroup group, Action told) => OomNotice.TryOpen(group, sinceItsBeginning: true) is { } notice ? new OomWatch(notice, told) : null;

    public void OnReady(PollEvents events)
    {
        if (!_closed && _notice.Take()) Tell();
    }

    /// <summary>The container has ended and its group is still there: what was not told yet is in the kernel's count.</summary>
    public void CheckAtEnd()
    {
        if (!_closed && _notice.IsNew()) Tell();
    }

    private void Tell()
    {
        Killed = true;
        _told();
    }

    public void Dispose()
    {
        _closed = true;
        _notice.Dispose();
    }
}
