using Corten.Containers.Model;
using Corten.Linux.Events;

namespace Corten.Containers.Logs;

/// <summary>Goes on reading a log where its last file ended, as the monitor writes it, through rotations, until the container has ended.</summary>
internal sealed class LogFollower(EventLoop loop, Container container, string path, LogFormat format, FileWatch watch, LogOutput output, LogQuery query)
{
    /// <summary>A log is bounded in size, its reader is bounded by <c>until</c>; in between nothing has to look at the clock more often.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly LogLine _line = new();

    /// <param name="files">Of which the last is read to its end; what is opened here is added, so that the caller disposes it.</param>
    public async Task RunAsync(List<LogFile> files, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = container.NextAsync(static status => !status.IsRunning, untilGone: false, over.Token);
        var current = files.Count > 0 ? files[^1] : null;
        var records = current is null ? null : new RecordReader(current.Continue(), format);
        try
        {
            while (true)
            {
                var last = ended.IsCompleted || !container.Status.IsRunning;
                if (records is not null)
                {
                    await CopyAsync(records, cancellationToken);
                }

                if (LogFile.TryOpen(path, compressed: false) is { } named)
                {
                    if (current is not null && named.IsSameAs(current))
                    {
                        named.Dispose();
                    }
                    else
                    {
                        // Rotated: the old file is complete once more was looked for after its name was gone.
                        watch.TryAdd(path);
                        if (records is not null)
                        {
                            await CopyAsync(records, cancellationToken);
                            records.Dispose();
                        }

                        files.Add(current = named);
                        records = new RecordReader(current.FromStart(), format);
                        continue;
                    }
                }

                await output.FlushAsync(cancellationToken);
                if (last || ReadLogs.IsOver(query))
                {
                    return;
                }

                await WaitAsync(ended, over.Token);
            }
        }
        finally
        {
            records?.Dispose();
            await over.CancelAsync();
        }
    }

    private async Task CopyAsync(RecordReader records, CancellationToken cancellationToken)
    {
        while (await records.NextAsync(cancellationToken) is { } record)
        {
            if (format.TryParse(record.Span, _line) && output.Wants(_line))
            {
                await output.WriteAsync(_line, cancellationToken);
            }
        }
    }

    private async Task WaitAsync(Task ended, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (query.Until != 0)
        {
            var left = TimeSpan.FromTicks(query.Until / 100) - (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch);
            stop.CancelAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left > Longest ? Longest : left + TimeSpan.FromMilliseconds(1));
        }

        var changed = watch.WaitAsync(loop, stop.Token);
        await Task.WhenAny(changed, ended).ConfigureAwait(false);
        await stop.CancelAsync();
        await changed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
