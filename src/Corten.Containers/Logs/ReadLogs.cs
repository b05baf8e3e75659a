using System.Buffers;
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
            await ReadAsync(files, query.Tail, output, cancellationToken);
            await output.FlushAsync(cancellationToken);
            if (watch is not null && !IsOver(query))
            {
                await new LogFollower(_core.Loop, container, path, watch, output, query).RunAsync(files, cancellationToken);
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

    private static async Task ReadAsync(List<LogFile> files, long? tail, LogOutput output, CancellationToken cancellationToken)
    {
        var (first, start, skip) = tail is { } wanted ? FindTail(files, wanted, cancellationToken) : (0, 0L, 0L);
        var line = new LogLine();
        for (var i = first; i < files.Count; i++)
        {
            var stream = i == first && start > 0 ? files[i].From(start) : files[i].FromStart();
            using var records = new RecordReader(stream);
            while (await records.NextAsync(cancellationToken) is { } record)
            {
                if (i == first && skip > 0)
                {
                    skip--;
                }
                else if (line.TryParse(record.Span) && output.Wants(line))
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
    private static (int First, long Start, long Skip) FindTail(List<LogFile> files, long wanted, CancellationToken cancellationToken)
    {
        for (var i = files.Count - 1; i >= 0; i--)
        {
            if (wanted <= 0)
            {
                return (i + 1, 0, 0);
            }

            if (files[i].FindTail(wanted) is { } start)
            {
                return (i, start, 0);
            }

            var lines = files[i].CountLines(cancellationToken);
            if (lines >= wanted)
            {
                return (i, 0, lines - wanted);
            }

            wanted -= lines;
        }

        return (0, 0, 0);
    }
}

/// <summary>Cuts a stream into lines of any length; what has no line feed yet waits for the rest.</summary>
internal sealed class RecordReader(Stream stream) : IDisposable
{
    /// <summary>A record beyond this is not one of ours.</summary>
    private const int Longest = 4 << 20;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
    private int _start;
    private int _end;

    /// <summary>The next line, valid until the next call; null when the stream has no complete one now.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        var searched = _start;
        while (true)
        {
            var feed = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + feed - _start);
                _start = searched + feed + 1;
                return line;
            }

            searched = _end;
            if (_end == _buffer.Length)
            {
                searched -= MakeRoom();
            }

            var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            _end += count;
        }
    }

    /// <summary>Bytes that were taken from the stream and are no complete line.</summary>
    public int Unread => _end - _start;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <returns>By how much what is in the buffer has moved to the front.</returns>
    private int MakeRoom()
    {
        var moved = _start;
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        }
        else if (_buffer.Length >= Longest)
        {
            throw CortenException.Internal("a record of the log is too long");
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            Buffer.BlockCopy(_buffer, 0, larger, 0, _end);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        (_start, _end) = (0, _end - moved);
        return moved;
    }
}
