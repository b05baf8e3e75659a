using Corten.Containers.Model;
using Corten.Linux.Events;
using Corten.Oci.Errors;

namespace Corten.Containers.Logs;

/// <summary>Reads a container's log from its files, and follows it while the container runs. The monitor writes; who reads slowly holds up nobody.</summary>
public sealed class ReadLogs
{
    private readonly ContainerCore _core;

    internal ReadLogs(ContainerCore core) => _core = core;

    /// <summary>Refuses what can't be read, while a status can still be answered.</summary>
    public Container Check(string idOrName, LogQuery query)
    {
        if (!query.Stdout && !query.Stderr)
        {
            throw CortenException.Invalid("Bad parameters: you must choose at least one stream");
        }

        var container = _core.Registry.Find(idOrName);
        // Docker makes the driver to read by it, and so fails as a start did.
        _ = LogBounds.Of(container.Record.Host.LogConfig.Type, container.Record.Host.LogConfig.Config ?? []);
        return PathOf(container) is not null ? container : throw CortenException.NotImplemented("configured logging driver does not support reading");
    }

    /// <summary>Writes what <paramref name="query"/> asks for; with follow, until the container ends or the client goes.</summary>
    public async Task RunAsync(Container container, LogQuery query, Stream client, CancellationToken cancellationToken)
    {
        var output = new LogOutput(client, query, framed: !container.Record.Config.Tty);
        var follow = query.Follow && container.Status.IsRunning;
        var path = PathOf(container)!;
        using var watch = follow ? new FileWatch() : null;
        watch?.TryAdd(path);
        var files = LogFiles.Open(path);
        try
        {
            var format = LogFormat.Of(container.Record.Host.LogConfig.Type);
            await ReadAsync(files, format, query.Tail, output, cancellationToken);
            await output.FlushAsync(cancellationToken);
            if (watch is not null && !IsOver(query))
            {
                await new LogFollower(_core.Loop, container, path, format, watch, output, query).RunAsync(files, cancellationToken);
            }
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    /// <summary>All that was written, for an attachment that wants the past first. A log that can't be read has none.</summary>
    internal async Task ReplayAsync(Container container, Stream client, bool stdout, bool stderr, CancellationToken cancellationToken)
    {
        if (PathOf(container) is not null)
        {
            await RunAsync(container, new LogQuery { Stdout = stdout, Stderr = stderr }, client, cancellationToken);
        }
    }

    internal static bool IsOver(LogQuery query) => query.Until != 0 && (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100 > query.Until;

    private string? PathOf(Container container) => LogPlan.PathOf(container, _core.Paths, container.Record.Host.LogConfig.Config ?? []);

    private static async Task ReadAsync(List<LogFile> files, LogFormat format, long? tail, LogOutput output, CancellationToken cancellationToken)
    {
        var (first, start, skip) = tail is { } wanted ? await FindTailAsync(files, format, wanted, cancellationToken) : (0, 0L, 0L);
        var line = new LogLine();
        for (var i = first; i < files.Count; i++)
        {
            var stream = i == first && start > 0 ? files[i].From(start) : files[i].FromStart();
            using var records = new RecordReader(stream, format);
            while (await records.NextAsync(cancellationToken) is { } record)
            {
                if (i == first && skip > 0)
                {
                    skip--;
                }
                else if (format.TryParse(record.Span, line) && output.Wants(line))
                {
                    await output.WriteAsync(line, cancellationToken);
                }
            }

            if (stream.CanSeek)
            {
                // A record that is being written is read again, whole, by whoever follows.
                stream.Position -= records.Unread;
            }
        }
    }

    /// <summary>The file in which the last <paramref name="wanted"/> records begin, where in it, and, if it is compressed, how many to skip there.</summary>
    private static async Task<(int First, long Start, long Skip)> FindTailAsync(List<LogFile> files, LogFormat format, long wanted, CancellationToken cancellationToken)
    {
        for (var i = files.Count - 1; i >= 0; i--)
        {
            if (wanted <= 0)
            {
                return (i + 1, 0, 0);
            }

            if (files[i].FindTail(format, wanted) is { } start)
            {
                return (i, start, 0);
            }

            var lines = await files[i].CountRecordsAsync(format, cancellationToken);
            if (lines >= wanted)
            {
                return (i, 0, lines - wanted);
            }

            wanted -= lines;
        }

        return (0, 0, 0);
    }
}
