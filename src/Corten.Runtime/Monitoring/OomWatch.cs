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
    public static OomWatch? TryStart(Cgroup group, Action told) => OomNotice.TryOpen(group) is { } notice ? new OomWatch(notice, told) : null;

    public void OnReady(PollEvents events) => Check();

    /// <summary>Takes what the kernel has to tell, if anything.</summary>
    public void Check()
    {
        if (_closed || !_notice.Take()) return;
        Killed = true;
        _told();
    }

    public void Dispose()
    {
        _closed = true;
        _notice.Dispose();
    }
}
