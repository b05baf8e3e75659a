using Corten.Linux;

namespace Corten.Runtime.Monitoring;

/// <summary>Something that a monitor waits for.</summary>
internal interface IMonitorSource
{
    /// <summary>The descriptor, or -1 when it is done with and goes.</summary>
    int Descriptor { get; }

    /// <summary>What it waits for now; hang-up and failure are told without being asked.</summary>
    PollEvents Wanted { get; }

    /// <summary>Nothing is to be told for now, not even a hang-up, which would be told again every round.</summary>
    bool IsPaused => false;

    void OnReady(PollEvents events);
}

/// <summary>One thread around poll(2): all of a monitor's life after the start. It allocates nothing while bytes flow.</summary>
internal sealed class MonitorLoop
{
    private readonly List<IMonitorSource> _sources = [];
    private PollRequest[] _requests = new PollRequest[16];

    public void Add(IMonitorSource source) => _sources.Add(source);

    /// <summary>Runs until <paramref name="done"/> says so, or for a round of waiting nothing happened.</summary>
    /// <param name="done">Asked after every round.</param>
    /// <param name="milliseconds">The longest wait of a round; -1 for none.</param>
    /// <returns>False when the time ran out.</returns>
    public bool Run(Func<bool> done, int milliseconds = -1)
    {
        while (!done())
        {
            int count = Prepare();
            if (Readiness.Wait(_requests.AsSpan(0, count), milliseconds) == 0) return false;
            // Sources that are added meanwhile come behind and have no answer yet.
            for (int i = 0; i < count; i++)
            {
                if (_requests[i].Returned != PollEvents.None && _sources[i].Descriptor >= 0) _sources[i].OnReady(_requests[i].Returned);
            }
        }
        return true;
    }

    private int Prepare()
    {
        _sources.RemoveAll(static source => source.Descriptor < 0);
        if (_requests.Length < _sources.Count) Array.Resize(ref _requests, _sources.Count * 2);
        for (int i = 0; i < _sources.Count; i++) _requests[i] = new PollRequest { Descriptor = _sources[i].IsPaused ? -1 : _sources[i].Descriptor, Wanted = _sources[i].Wanted };
        return _sources.Count;
    }
}
