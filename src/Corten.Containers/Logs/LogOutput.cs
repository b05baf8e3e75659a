using System.Buffers;
using System.Globalization;
using System.Text;
using Corten.EngineApi.Streams;

namespace Corten.Containers.Logs;

/// <summary>Writes records as clients get them: a frame each, or bare for a container with a terminal. What is ready goes out together.</summary>
internal sealed class LogOutput(Stream client, LogQuery query, bool framed)
{
    /// <summary>Beyond this, what is collected goes out.</summary>
    private const int Batch = 64 << 10;

    private readonly ArrayBufferWriter<byte> _pending = new(4096);
    private readonly ArrayBufferWriter<byte> _prefix = new(64);

    public bool Wants(LogLine line) =>
        (line.Stream == StdStream.Stderr ? query.Stderr : query.Stdout)
        && line.TimeNano >= query.Since
        && (query.Until == 0 || line.TimeNano <= query.Until);

    public async ValueTask WriteAsync(LogLine line, CancellationToken cancellationToken)
    {
        Append(line);
        if (_pending.WrittenCount >= Batch)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_pending.WrittenCount > 0)
        {
            await client.WriteAsync(_pending.WrittenMemory, cancellationToken).ConfigureAwait(false);
            await client.FlushAsync(cancellationToken).ConfigureAwait(false);
            _pending.ResetWrittenCount();
        }
    }

    private void Append(LogLine line)
    {
        _prefix.ResetWrittenCount();
        if (query.Timestamps)
        {
            AppendTime(line.TimeNano);
        }

        if (query.Details)
        {
            AppendDetails(line.Attributes);
        }

        var length = _prefix.WrittenCount + line.Message.Length;
        if (framed)
        {
            new FrameHeader(line.Stream, length).Write(_pending.GetSpan(FrameHeader.Size));
            _pending.Advance(FrameHeader.Size);
        }

        _pending.Write(_prefix.WrittenSpan);
        _pending.Write(line.Message);
    }

    /// <summary>Nine digits, always, so that columns stay columns.</summary>
    private void AppendTime(long nano)
    {
        var (seconds, rest) = Math.DivRem(nano, 1_000_000_000);
        Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeSeconds(seconds):yyyy-MM-dd'T'HH:mm:ss}.{rest:D9}Z "), _prefix);
    }

    private void AppendDetails(SortedDictionary<string, string>? attributes)
    {
        var text = string.Join(',', (attributes ?? []).Select(pair => $"{Escape(pair.Key)}={Escape(pair.Value)}"));
        Encoding.UTF8.GetBytes(text + " ", _prefix);
    }

    /// <summary>As in a query.</summary>
    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
