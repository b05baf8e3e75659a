using System.Threading.Channels;
using Corten.Containers.Model;
using Corten.EngineApi.Containers;

namespace Corten.Containers.Usage;

/// <summary>Reads every watched container once a second, however many watch it, and nothing while nobody does.</summary>
internal sealed class StatsSampler(ContainerCore core)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<StatsWatch> _watches = [];
    private bool _running;

    public StatsWatch Watch(Container container)
    {
        var watch = new StatsWatch(this, container);
        lock (_lock)
        {
            _watches.Add(watch);
            if (!_running)
            {
                _running = true;
                _ = SampleAsync();
            }
        }

        return watch;
    }

    public void Remove(StatsWatch watch)
    {
        lock (_lock)
        {
            _watches.Remove(watch);
        }
    }

    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(Period);
        do
        {
            StatsWatch[] watches;
            lock (_lock)
            {
                watches = [.. _watches];
                if (watches.Length == 0)
                {
                    _running = false;
                    return;
                }
            }

            foreach (var group in watches.GroupBy(watch => watch.Container))
            {
                var sample = group.Key.Status.IsRunning ? StatsReader.Read(group.Key, core) : null;
                foreach (var watch in group)
                {
                    watch.Deliver(sample);
                }
            }
        }
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false));
    }
}

/// <summary>One who watches a container's usage. A reader that does not keep up misses readings, never holds them up.</summary>
internal sealed class StatsWatch(StatsSampler sampler, Container container) : IDisposable
{
    private readonly Channel<Stats?> _samples = Channel.CreateBounded<Stats?>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public Container Container => container;

    /// <summary>The next reading; null when the container did not run.</summary>
    public ValueTask<Stats?> NextAsync(CancellationToken cancellationToken) => _samples.Reader.ReadAsync(cancellationToken);

    public void Deliver(Stats? sample) => _samples.Writer.TryWrite(sample);

    public void Dispose() => sampler.Remove(this);
}
