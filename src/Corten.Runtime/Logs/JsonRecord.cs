using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using Corten.Runtime.Monitoring;

namespace Corten.Runtime.Logs;

/// <summary>
/// One record of a json-file log, byte for byte as Docker writes it: <c>{"log":"…\n","stream":"stdout","time":"…Z"}</c>. Characters are escaped as Go's encoder
/// does; bytes that are no UTF-8 become U+FFFD.
/// </summary>
/// <param name="attributes">What every record carries (labels, env, tag).</param>
internal sealed class JsonRecord(IReadOnlyDictionary<string, string>? attributes) : IRecordFormat
{
    /// <summary>A JSON object, or nothing.</summary>
    private readonly byte[] _attributes = attributes is { Count: > 0 } ? Encoding.UTF8.GetBytes(ObjectOf(attributes)) : [];

    /// <summary>A byte takes six at most (<c>\u00XX</c>, <c>\ufffd</c>).</summary>
    public int MaxLength(int line) => (line * 6) + _attributes.Length + 128;

    public int Write(Span<byte> into, ReadOnlySpan<byte> line, bool complete, OutputStream stream, DateTime time)
    {
        int at = Copy("{\"log\":\""u8, into, 0);
        at = Escape(line, into, at);
        if (complete) at = Copy("\\n"u8, into, at);
        at = Copy(stream == OutputStream.Stdout ? "\",\"stream\":\"stdout\""u8 : "\",\"stream\":\"stderr\""u8, into, at);
        if (_attributes.Length > 0)
        {
            at = Copy(",\"attrs\":"u8, into, at);
            at = Copy(_attributes, into, at);
        }
        at = Copy(",\"time\":\""u8, into, at);
        at += WriteTime(into[at..], time);
        return Copy("\"}\n"u8, into, at);
    }

    /// <summary>RFC 3339 with as many decimals as are needed, as Go's RFC3339Nano.</summary>
    public static int WriteTime(Span<byte> into, DateTime time)
    {
        Utf8Formatter.TryFormat(time, into, out int written, new StandardFormat('O'));
        // 2026-01-02T03:04:05.1234567Z: zeros at the end of the fraction go, and the dot with the last of them.
        int end = written - 1;
        while (into[end - 1] == '0') end--;
        if (into[end - 1] == '.') end--;
        into[end] = (byte)'Z';
        return end + 1;
    }

    private static string ObjectOf(IReadOnlyDictionary<string, string> attributes)
    {
        var encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        return "{" + string.Join(',', attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"\"{encoder.Encode(pair.Key)}\":\"{encoder.Encode(pair.Value)}\"")) + "}";
    }

    private static int Escape(ReadOnlySpan<byte> text, Span<byte> into, int at)
    {
        while (text.Length > 0)
        {
            int plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0) plain = text.Length;
            at = Copy(text[..plain], into, at);
            text = text[plain..];
            if (text.Length == 0) break;
            byte first = text[0];
            if (first < 0x80)
            {
                at = EscapeAscii(first, into, at);
                text = text[1..];
                continue;
            }
            if (Rune.DecodeFromUtf8(text, out Rune rune, out int length) != OperationStatus.Done) at = Copy("\\ufffd"u8, into, at);
            else if (rune.Value == 0x2028) at = Copy("\\u2028"u8, into, at);
            else if (rune.Value == 0x2029) at = Copy("\\u2029"u8, into, at);
            else at = Copy(text[..length], into, at);
            // Go replaces each byte that begins nothing valid on its own.
            text = text[(rune == Rune.ReplacementChar && !text.StartsWith("\uFFFD"u8) ? 1 : length)..];
        }
        return at;
    }

    private static int EscapeAscii(byte c, Span<byte> into, int at) => c switch
    {
        (byte)'"' => Copy("\\\""u8, into, at),
        (byte)'\\' => Copy("\\\\"u8, into, at),
        (byte)'\n' => Copy("\\n"u8, into, at),
        (byte)'\r' => Copy("\\r"u8, into, at),
        (byte)'\t' => Copy("\\t"u8, into, at),
        _ => Copy([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', Hex(c >> 4), Hex(c & 15)], into, at),
    };

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> into, int at)
    {
        from.CopyTo(into[at..]);
        return at + from.Length;
    }

    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5F).Select(c => (byte)c).Where(c => c is not ((byte)'"' or (byte)'\\' or (byte)'<' or (byte)'>' or (byte)'&'))]);
}
